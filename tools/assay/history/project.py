"""Where a project's revisions are, as its Alembic configuration says."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field

from assay.errors import UsageError
from assay.history.discover import discover
from assay.history.git import Git
from assay.history.locate import find_folder, not_found
from assay.history.settings import Overrides, Settings, read_settings

FILE_TEMPLATE = "%(rev)s_%(slug)s"
SLUG_LENGTH = 40
"""Alembic's own defaults (alembic.script.base)."""


class Project(Struct, frozen=True):
    """One Alembic environment; every path is absolute and resolved."""

    root: Path
    """The directory that `alembic` is run from: env.py's working directory."""
    toplevel: Path
    """The top level of the git working tree; `root` outside git."""
    in_git: bool
    config_file: Path | None
    """The ini file."""
    toml_file: Path | None
    """The pyproject.toml, if it has a `[tool.alembic]` table."""
    name: str
    """The section of the ini file."""
    script_location: Path
    version_locations: tuple[Path, ...]
    options: dict[str, str] = field(default_factory=dict)
    """The ini section; raw where a value needs a key that only the application sets."""
    recursive: bool = False
    file_template: str = FILE_TEMPLATE
    truncate_slug_length: int = SLUG_LENGTH
    prepend_sys_path: tuple[str, ...] = ()
    """As configured: relative entries are relative to `root`."""

    @property
    def env_py(self) -> Path:
        """The environment script; it need not exist."""
        return self.script_location / "env.py"

    def relative(self, path: Path) -> str:
        """`path` as findings tell it: POSIX, relative to `toplevel`; absolute when it lies outside."""
        try:
            return path.relative_to(self.toplevel).as_posix()
        except ValueError:
            return path.as_posix()


def find_project(
    cwd: Path, config: str | Path | None = None, name: str | None = None, overrides: Overrides | None = None
) -> Project:
    """The Alembic project that `cwd` belongs to, or the one of `config` (an ini or a toml file).

    Without `config`: alembic.ini or `[tool.alembic]` in `cwd`, then upwards to the git top level, then the
    only one below it. `name` is the ini section; `overrides` are options that win over the files and may
    make them unnecessary. Raises UsageError when there is none, several, or what it says cannot be used.
    """
    cwd = cwd.resolve()
    git = Git.find(cwd)
    ini, toml = discover(cwd, git, config, unless="script_location" in (overrides or {}))
    settings = read_settings(ini, toml, name, overrides or {})
    return _project(settings, _starts(cwd, git, ini or toml), git)


def _starts(cwd: Path, git: Git | None, config: Path | None) -> tuple[Path, ...]:
    """Where relative paths may start, best first; Alembic knows only the directory it was run from."""
    return tuple(dict.fromkeys([*([config.parent] if config else []), cwd, *([git.toplevel] if git else [])]))


def _project(settings: Settings, starts: tuple[Path, ...], git: Git | None) -> Project:
    sys_path = settings.paths("prepend_sys_path")
    script_location, root = _script_location(settings, starts, sys_path)
    return Project(
        root=root,
        toplevel=git.toplevel if git else root,
        in_git=git is not None,
        config_file=settings.ini,
        toml_file=settings.toml,
        name=settings.name,
        script_location=script_location,
        version_locations=_version_locations(settings, (root, *starts), sys_path)
        or (script_location / "versions",),
        options=settings.options(),
        recursive=settings.flag("recursive_version_locations"),
        file_template=settings.text("file_template") or FILE_TEMPLATE,
        truncate_slug_length=_truncate(settings),
        prepend_sys_path=sys_path,
    )


def _script_location(
    settings: Settings, starts: tuple[Path, ...], sys_path: tuple[str, ...]
) -> tuple[Path, Path]:
    stated = settings.text("script_location")
    if not stated and settings.ini is None and settings.toml is None:
        raise UsageError(
            f"No alembic.ini and no [tool.alembic] of a pyproject.toml in {starts[0]}, above it or below it.",
            "Point to it with -c, or make one with `alembic init migrations`.",
        )
    where = settings.where("script_location")
    if not stated:
        raise UsageError(f"{where} has no script_location.", "Add `script_location = migrations` to it.")
    found = find_folder(stated, starts, sys_path)
    if found is None:
        raise not_found(stated, "script_location", where, starts)
    return found


def _version_locations(
    settings: Settings, starts: tuple[Path, ...], sys_path: tuple[str, ...]
) -> tuple[Path, ...]:
    """The folders of the revisions; one that does not exist yet is allowed, as Alembic allows it."""
    folders = []
    for stated in settings.paths("version_locations"):
        found = find_folder(stated, starts, sys_path)
        if found is None and ":" in stated and not Path(stated).is_absolute():
            raise not_found(stated, "version_locations", settings.where("version_locations"), starts)
        folders.append(found[0] if found else (starts[0] / stated).resolve())
    return tuple(dict.fromkeys(folders))


def _truncate(settings: Settings) -> int:
    stated = settings.text("truncate_slug_length") or "0"
    if not stated.strip().isdigit():
        where = settings.where("truncate_slug_length")
        raise UsageError(
            f"{where}: truncate_slug_length = {stated} is no number.", "Write a number, such as 40."
        )
    return int(stated) or SLUG_LENGTH
