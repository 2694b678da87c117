from __future__ import annotations

import os
import warnings
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from assay.errors import UsageError
from assay.history import Project, find_project, line_of_locations

from .world import World

INI = "[alembic]\nscript_location = migrations\n"
TOML = '[tool.alembic]\nscript_location = "%(here)s/migrations"\n'


def make(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in {"migrations/env.py": "", "other/env.py": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root.resolve()


CONFIGURATIONS: list[Any] = [
    pytest.param({"alembic.ini": INI}, id="plain"),
    pytest.param({"alembic.ini": "[alembic]\nscript_location = %(here)s/migrations\n"}, id="here"),
    pytest.param({"alembic.ini": "[alembic]\ndir=other\nscript_location = %(here)s/%(dir)s\n"}, id="key"),
    pytest.param({"alembic.ini": "[DEFAULT]\nscript_location = other\n[alembic]\nx=1\n"}, id="default"),
    pytest.param({"alembic.ini": INI + "version_locations = a b, c\n"}, id="legacy-separators"),
    pytest.param({"alembic.ini": INI + "version_locations = a  b\n"}, id="legacy-two-spaces"),
    pytest.param({"alembic.ini": INI + "version_locations = %(here)s/a:b\npath_separator = os\n"}, id="os"),
    pytest.param({"alembic.ini": INI + "version_locations = a;b c\npath_separator = ;\n"}, id="semicolon"),
    pytest.param({"alembic.ini": INI + "version_locations = a:b c\npath_separator = :\n"}, id="colon"),
    pytest.param({"alembic.ini": INI + "version_locations = a  b\npath_separator = space\n"}, id="space"),
    pytest.param(
        {"alembic.ini": INI + "version_locations =\n  a x\n  b\npath_separator = newline\n"}, id="newline"
    ),
    pytest.param({"alembic.ini": INI + "version_locations = a:b\nversion_path_separator = :\n"}, id="older"),
    pytest.param(
        {"alembic.ini": INI + "version_locations = a b\npath_separator=space\nversion_path_separator = :\n"},
        id="newer-name-wins",
    ),
    pytest.param({"alembic.ini": INI + "recursive_version_locations = true\n"}, id="recursive"),
    pytest.param({"alembic.ini": INI + "recursive_version_locations = yes\n"}, id="not-recursive"),
    pytest.param({"alembic.ini": INI + "file_template = %%(year)d-%%(rev)s\n"}, id="file-template"),
    pytest.param({"alembic.ini": INI + "truncate_slug_length = 12\n"}, id="slug-length"),
    pytest.param({"alembic.ini": INI + "truncate_slug_length = 0\n"}, id="no-slug-length"),
    pytest.param({"alembic.ini": INI + "sqlalchemy.url = %(DB_URL)s\n"}, id="key-of-the-application"),
    pytest.param({"alembic.ini": INI + "; comment\n# comment\nx = {placeholder}\n"}, id="placeholder"),
    pytest.param({"alembic.ini": "[alembic]\nSCRIPT_LOCATION: migrations\n"}, id="upper-case"),
    pytest.param({"pyproject.toml": TOML}, id="toml"),
    pytest.param({"pyproject.toml": TOML + 'version_locations = ["%(here)s/a", "b"]\n'}, id="toml-list"),
    pytest.param({"pyproject.toml": TOML + "recursive_version_locations = true\n"}, id="toml-recursive"),
    pytest.param({"pyproject.toml": TOML + 'file_template = "%%(year)d-%%(rev)s"\n'}, id="toml-template"),
    pytest.param({"pyproject.toml": TOML + "truncate_slug_length = 12\n"}, id="toml-number"),
    pytest.param(
        {"pyproject.toml": TOML, "alembic.ini": "[alembic]\nfile_template = %%(rev)s\n"}, id="toml-and-ini"
    ),
    pytest.param({"pyproject.toml": TOML, "alembic.ini": "[alembic]\nscript_location = other\n"}, id="ini"),
    pytest.param({"pyproject.toml": TOML, "alembic.ini": "[logging]\nx = 1\n"}, id="ini-without-the-section"),
]


@pytest.mark.skipif(
    "toml_file" not in signature(Config).parameters, reason="an Alembic that knows fewer options"
)
@pytest.mark.parametrize("files", CONFIGURATIONS)
def test_agrees_with_alembic(tmp_path: Path, files: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(tmp_path, files)
    monkeypatch.chdir(root)
    names = [str(root / name) if name in files else None for name in ("alembic.ini", "pyproject.toml")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = ScriptDirectory.from_config(Config(names[0], toml_file=names[1]))
    ours = find_project(root)
    assert ours.script_location == Path(theirs.dir).resolve()
    assert list(ours.version_locations) == [Path(each).resolve() for each in theirs._version_locations]
    assert ours.file_template == theirs.file_template
    assert ours.truncate_slug_length == theirs.truncate_slug_length
    assert ours.recursive is theirs.recursive_version_locations


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (".", (".",)),
        ("src, lib", ("src", "lib")),
        ("src:lib x", ("src", "lib", "x")),
        ("src:lib\npath_separator = space", ("src:lib",)),
    ],
)
def test_prepend_sys_path(tmp_path: Path, stated: str, expected: tuple[str, ...]) -> None:
    root = make(tmp_path, {"alembic.ini": f"{INI}prepend_sys_path = {stated}\n"})
    assert find_project(root).prepend_sys_path == expected


def test_everything_about_a_project(world: World) -> None:
    world.write("alembic.ini", INI + "url = %(DB)s\nhome = %(here)s\npercent = 100%%\n")
    home = world.home
    assert world.project() == Project(
        root=home,
        toplevel=home,
        in_git=True,
        config_file=home / "alembic.ini",
        toml_file=None,
        name="alembic",
        script_location=home / "migrations",
        version_locations=(home / "migrations" / "versions",),
        options={"script_location": "migrations", "url": "%(DB)s", "home": str(home), "percent": "100%"},
    )
    assert world.project().env_py == home / "migrations" / "env.py"


def test_relative_paths_are_those_of_git(tmp_path: Path) -> None:
    world = World(tmp_path / "repository", "services/billing").start()
    project = world.project()
    assert (project.root, project.toplevel) == (world.home, world.root)
    assert project.relative(world.versions) == "services/billing/migrations/versions"
    assert project.relative(tmp_path / "x") == (tmp_path / "x").as_posix()


@pytest.mark.parametrize("cwd", ["", "services", "services/billing", "services/billing/migrations", "docs"])
def test_is_found_from_anywhere_in_the_repository(tmp_path: Path, cwd: str) -> None:
    world = World(tmp_path, "services/billing").start()
    world.write("docs/x", "")
    world.write("pyproject.toml", "[tool.black]\n")
    assert find_project(tmp_path / cwd).root == world.home


def test_does_not_look_above_the_repository(tmp_path: Path) -> None:
    make(tmp_path, {"alembic.ini": INI})
    world = World(tmp_path / "repository")
    world.root.mkdir()
    world.git("init", "-q")
    with pytest.raises(UsageError, match=r"^No alembic.ini and no \[tool.alembic\]"):
        find_project(world.root)


def test_ignored_configurations_are_not_found(world: World) -> None:
    world.write("alembic.ini", "")
    (world.root / "alembic.ini").unlink()
    world.write(".gitignore", "venv\n")
    world.write("venv/alembic.ini", INI)
    with pytest.raises(UsageError, match=r"^No alembic.ini"):
        world.project()


def test_several_projects(world: World) -> None:
    (world.root / "alembic.ini").unlink()
    world.write("a/alembic.ini", INI)
    world.write("b/pyproject.toml", TOML)
    world.write("b/migrations/env.py", "")
    with pytest.raises(UsageError) as error:
        world.project()
    named = "a/alembic.ini, b/pyproject.toml"
    assert error.value.message == f"There are 2 Alembic projects below {world.root}: {named}."
    assert error.value.advice == "Say which one with -c, for example -c a/alembic.ini."
    assert world.project(config="b/pyproject.toml").root == world.root / "b"
    for name in "cdefg":
        world.write(f"{name}/alembic.ini", INI)
    with pytest.raises(UsageError, match=r"There are 7 .*, e/alembic.ini and 2 more\.$"):
        world.project()
    assert find_project(world.root / "b").toml_file == world.root / "b" / "pyproject.toml"


@pytest.mark.parametrize(
    ("ini", "cwd", "root"),
    [
        pytest.param("alembic.ini", "", "", id="top"),
        pytest.param("conf/alembic.ini", "", "", id="relative-to-the-working-directory"),
        pytest.param("conf/alembic.ini", "deep", "", id="relative-to-the-top-level"),
        pytest.param("other/x.ini", "", "other", id="beside-the-file"),
    ],
)
def test_where_relative_locations_start(world: World, ini: str, cwd: str, root: str) -> None:
    world.write(ini, INI)
    world.write("other/migrations/env.py", "")
    (world.root / "deep").mkdir()
    project = find_project(world.root / cwd, config=world.root / ini)
    assert project.root == world.root / root
    assert project.script_location == world.root / root / "migrations"


def test_a_named_section(tmp_path: Path) -> None:
    root = make(tmp_path, {"alembic.ini": f"{INI}[reports]\nscript_location = other\n"})
    assert find_project(root, name="reports").script_location == root / "other"
    with pytest.raises(UsageError) as error:
        find_project(root, name="report")
    assert error.value.message == f"{root}/alembic.ini has no section [report]."
    assert error.value.advice == "Did you mean -n reports?"


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(tmp_path, {"alembic.ini": INI, "x.ini": "[alembic]\nscript_location = other\n"})
    monkeypatch.setenv("ALEMBIC_CONFIG", "x.ini")
    assert find_project(root).script_location == root / "other"


@pytest.mark.parametrize(
    ("stated", "path", "found"),
    [
        pytest.param("app:migrations", ".", "app/migrations", id="package"),
        pytest.param("app.inner:sql:migrations", ".", "app/inner/sql/migrations", id="dotted"),
        pytest.param("lib:migrations", "src", "src/lib/migrations", id="prepended-path"),
        pytest.param("lib:migrations", ".", "src/lib/migrations", id="src-layout"),
        pytest.param("spaced:migrations", ".", "spaced/migrations", id="namespace-package"),
    ],
)
def test_a_location_in_a_package(tmp_path: Path, stated: str, path: str, found: str) -> None:
    broken = "raise RuntimeError('imported')\n"
    files: dict[str, str | bytes] = {
        "app/__init__.py": broken,
        "app/migrations/env.py": "",
        "app/inner/__init__.py": broken,
        "app/inner/sql/migrations/env.py": "",
        "src/lib/__init__.py": broken,
        "src/lib/migrations/env.py": "",
        "spaced/migrations/env.py": "",
        "alembic.ini": f"[alembic]\nscript_location = {stated}\nprepend_sys_path = {path}\n",
    }
    root = make(tmp_path, files)
    project = find_project(root)
    assert (project.root, project.script_location) == (root, root / found)


def test_overrides_win_and_make_the_file_unnecessary(tmp_path: Path) -> None:
    root = make(tmp_path, {"a/alembic.ini": INI, "b/alembic.ini": INI})
    overrides: dict[str, str | bool | list[str]] = {
        "script_location": "other",
        "version_locations": ["x", "y"],
        "recursive_version_locations": True,
    }
    project = find_project(root, overrides=overrides)
    assert (project.config_file, project.script_location) == (None, root / "other")
    assert (project.version_locations, project.recursive) == ((root / "x", root / "y"), True)
    make(tmp_path, {"alembic.ini": "[alembic]\nscript_location = %(SECRET)s\n"})
    assert find_project(root, overrides=overrides).config_file == root / "alembic.ini"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("[alembic]\nx = 1\n", "{ini} [alembic] has no script_location.", id="no-location"),
        pytest.param(
            "[alembic]\nscript_location = nowhere\n",
            "{ini} [alembic]: script_location = nowhere, and there is no folder {root}/nowhere.",
            id="no-folder",
        ),
        pytest.param(
            "[alembic]\nscript_location = {{place}}\n",
            "{ini} [alembic]: script_location = {{place}}, and there is no folder {root}/{{place}}.",
            id="template",
        ),
        pytest.param(
            "[alembic]\nscript_location = no:x\n",
            "{ini} [alembic]: script_location = no:x names a package that is not to be found from {root}.",
            id="no-package",
        ),
        pytest.param(
            "[alembic]\nscript_location = %(WHERE)s/x\n",
            "{ini} [alembic]: `script_location` needs %(WHERE)s, which the file does not set.",
            id="needs-a-key",
        ),
        pytest.param(
            "[alembic]\nscript_location = 100%\n",
            "{ini} [alembic]: `script_location` has a stray percent sign.",
            id="percent",
        ),
        pytest.param(
            "[alembic]\n\nscript_location\n",
            "{ini}:3: this line is neither `option = value` nor [section].",
            id="no-value",
        ),
        pytest.param("script_location = x\n", "{ini}:1: this line stands before any [section].", id="top"),
        pytest.param(
            "[alembic]\nx = 1\nx = 2\n", "{ini}:3: this line repeats what was set before.", id="two"
        ),
        pytest.param(b"[alembic]\nx = caf\xe9\n", "{ini}:2: not UTF-8.", id="latin-1"),
        pytest.param("[other]\nx = 1\n", "{ini} has no section [alembic].", id="no-section"),
        pytest.param(
            INI + "path_separator = |\nversion_locations = a\n",
            "{ini} [alembic]: path_separator = | is none of space, newline, os, :, ;.",
            id="separator",
        ),
        pytest.param(
            INI + "truncate_slug_length = many\n",
            "{ini} [alembic]: truncate_slug_length = many is no number.",
            id="number",
        ),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, content: str | bytes, message: str) -> None:
    text = content if isinstance(content, bytes) else content.replace("{{", "{").replace("}}", "}")
    root = make(tmp_path, {"alembic.ini": text})
    with pytest.raises(UsageError) as error:
        find_project(root)
    assert error.value.message == message.format(ini=root / "alembic.ini", root=root)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[tool.alembic]\nscript_location = [\n", "pyproject.toml is not valid TOML"),
        ("[tool.alembic]\nx = 1\n", r"pyproject.toml \[tool.alembic\] has no script_location"),
        ("[tool]\nalembic = 1\n", r"pyproject.toml: \[tool.alembic\] is no table"),
        ('[tool.alembic]\nscript_location = ["a"]\n', "`script_location` must be one text"),
        ('[tool.alembic]\nscript_location = "%(x)s"\n', "`script_location` cannot be interpolated"),
    ],
)
def test_a_toml_that_cannot_be_used(tmp_path: Path, content: str, message: str) -> None:
    root = make(tmp_path, {"pyproject.toml": content})
    with pytest.raises(UsageError, match=message):
        find_project(root)


@pytest.mark.parametrize(
    ("config", "message"), [("migrations", "is a folder"), ("nowhere.ini", "there is no such file")]
)
def test_a_file_that_is_not_there(tmp_path: Path, config: str, message: str) -> None:
    root = make(tmp_path, {"alembic.ini": INI})
    with pytest.raises(UsageError, match=message):
        find_project(root, config=config)


def test_a_template_line_elsewhere_does_no_harm(tmp_path: Path) -> None:
    root = make(tmp_path, {"alembic.ini": f"{INI}\n[loggers]\n{{% if debug %}}\nx = 1\n"})
    assert find_project(root).script_location == root / "migrations"


def test_outside_git_projects_below_are_found(tmp_path: Path) -> None:
    root = make(tmp_path / "x", {"alembic.ini": INI})
    project = find_project(tmp_path)
    assert (project.root, project.toplevel, project.in_git) == (root, root, False)
    assert os.environ.get("GIT_DIR") is None


@pytest.mark.parametrize(
    ("env_py", "line"),
    [
        pytest.param('config.set_main_option("version_locations", " ".join(found))', 1, id="main-option"),
        pytest.param(
            '\nconfig.set_section_option("alembic", "version_locations", x)', 2, id="section-option"
        ),
        pytest.param("context.script.version_locations = folders", 1, id="attribute"),
        pytest.param("ScriptDirectory(here, version_locations=folders)", 1, id="argument"),
        pytest.param('config.get_main_option("version_locations")', None, id="read"),
        pytest.param("# version_locations", None, id="comment"),
        pytest.param("version_locations = (", None, id="broken"),
    ],
)
def test_folders_that_only_env_py_knows(tmp_path: Path, env_py: str, line: int | None) -> None:
    (tmp_path / "env.py").write_text(env_py)
    assert line_of_locations(tmp_path / "env.py") == line
