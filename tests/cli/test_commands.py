"""The commands as a user meets them: real processes, real repositories, one clear sentence for each mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import alembic
import pytest

REVISION = '''"""{message}

Revision ID: {id}
Revises: {down}
"""
from alembic import op

revision = {id!r}
down_revision = {down!r}


def upgrade() -> None:
    {up}


def downgrade() -> None:
    {back}
'''

Assay = Callable[..., "subprocess.CompletedProcess[str]"]


class Repository:
    """A git repository with an Alembic project in `folder`."""

    def __init__(self, root: Path, folder: str = ".") -> None:
        self.root, self.project = root, root / folder
        self.git("init", "-q", "-b", "main", ".")
        self.write(
            "alembic.ini", "[alembic]\nscript_location = migrations\nfile_template = %%(rev)s_%%(slug)s\n"
        )
        self.write(
            "migrations/env.py",
            "from alembic import context\nfrom sqlalchemy import create_engine\n"
            "if context.is_offline_mode():\n"
            "    context.configure(dialect_name='postgresql', literal_binds=True)\n"
            "    with context.begin_transaction():\n        context.run_migrations()\n"
            "else:\n"
            "    with create_engine('postgresql+psycopg2://').connect() as connection:\n"
            "        context.configure(connection=connection)\n"
            "        with context.begin_transaction():\n            context.run_migrations()\n",
        )
        (self.project / "migrations/versions").mkdir()

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def revision(
        self, rev: str, down: object = None, up: str = 'op.execute("SELECT 1")', back: str = "pass"
    ) -> Path:
        text = REVISION.format(id=rev, down=down, up=up, back=back, message=f"step {rev}")
        return self.write(f"migrations/versions/{rev}_step_{rev}.py", text)

    def git(self, *args: str) -> str:
        self.root.mkdir(exist_ok=True)
        return subprocess.run(
            ["git", *args], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout

    def commit(self, message: str = "x") -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def assay(self, *args: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "assay", *args],
            cwd=cwd or self.project,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repo")


def test_a_good_new_revision_passes_and_the_old_ones_are_not_looked_at(repository: Repository) -> None:
    repository.revision("a1", up='op.execute("SELECT 1 from pg_class")')
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.revision("a2", "a1")
    done = repository.assay("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "a2" in done.stdout
    assert "a1" not in done.stdout


def test_folders_that_only_env_py_knows_are_told_until_the_policy_names_them(repository: Repository) -> None:
    repository.write("migrations/env.py", "context.config.set_main_option('version_locations', 'plugins')\n")
    assert repository.assay("history").stderr == (
        "assay: migrations/env.py:1 sets version_locations; folders that only env.py knows are not read.\n"
        "Name all of them in governance.yaml (alembic: {version_locations: […]}).\n"
    )
    repository.write("governance.yaml", "alembic: {version_locations: [plugins]}\n")
    assert repository.assay("history").stderr == ""


def test_a_bad_statement_is_told_at_its_line_and_column(repository: Repository) -> None:
    repository.revision("a1", up='op.execute("SELECT 1 from pg_class")')
    done = repository.assay("check", "--all", "--format", "json")
    (finding,) = json.loads(done.stdout)["findings"]
    assert done.returncode == 1
    assert (finding["rule"], finding["group"], finding["severity"], finding["line"], finding["column"]) == (
        "CP01", "style", "error", 13, 26,
    )  # fmt: skip
    assert finding["path"] == "migrations/versions/a1_step_a1.py"


def test_both_directions_are_linted_and_in_the_json(repository: Repository) -> None:
    repository.revision("a1", back='op.execute("SELECT 2")')
    document = json.loads(repository.assay("sql", "a1", "--format", "json").stdout)
    assert [
        (s["direction"], s["sql"], s["line"], s["in_transaction"], s["origin"])
        for s in document["revisions"][0]["statements"]
    ] == [("upgrade", "SELECT 1", 13, True, "written"), ("downgrade", "SELECT 2", 17, True, "written")]


def test_the_raw_script_is_alembics(repository: Repository) -> None:
    repository.revision("a1")
    repository.revision("a2", "a1")
    expected = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head", "--sql"],
        cwd=repository.project, capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert repository.assay("sql", "--raw", "base:head").stdout.encode() == expected


def test_a_script_that_would_lack_a_part_is_not_printed(repository: Repository) -> None:
    repository.revision("a1")
    repository.revision("a2", "a1", up="1 / 0")
    done = repository.assay("sql", "--raw", "--all")
    assert (done.returncode, done.stdout) == (1, "")
    assert "ZeroDivisionError" in done.stderr


def test_a_revision_that_needs_a_connection_does_not_hide_the_others(repository: Repository) -> None:
    repository.revision("a1", up="op.get_bind().execute('SELECT 1').scalar()")
    repository.revision("a2", "a1")
    document = json.loads(repository.assay("sql", "--all", "--format", "json").stdout)
    assert [(f["rule"], f["line"]) for f in document["findings"]] == [("online-only-revision", 13)]
    assert [[s["sql"] for s in r["statements"]] for r in document["revisions"]] == [[], ["SELECT 1"]]


TEMPLATES = Path(alembic.__file__).parent / "templates"


@pytest.mark.parametrize("template", sorted({each.name for each in TEMPLATES.iterdir()} - {"pylons"}))
def test_every_template_of_alembics_renders_through_its_env_py(tmp_path: Path, template: str) -> None:
    def run(*args: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", *args], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    run("alembic", "init", "-t", template, "migrations")
    run("alembic", "revision", "-m", "one")
    document = json.loads(run("assay", "sql", "--all", "--format", "json"))
    (revision,) = document["revisions"]
    assert (revision["rendered_by"], revision["message"], document["findings"]) == ("env.py", "one", [])


def test_the_built_in_env_is_said_and_fails_nothing(repository: Repository) -> None:
    repository.write("migrations/env.py", "import an_application_that_is_not_here\n")
    repository.revision("a1")
    done = repository.assay("check", "--all")
    assert done.returncode == 0
    assert "note[unusable-env]" in done.stdout
    assert "an_application_that_is_not_here" in done.stdout


def test_staged_reads_the_index_not_the_working_tree(repository: Repository) -> None:
    repository.write("README", "x")
    repository.commit()
    file = repository.revision("a1")
    repository.git("add", "-A")
    file.write_text(file.read_text().replace("SELECT 1", "select 999"))
    done = repository.assay("check", "--staged", "--format", "json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["revisions"][0]["statements"][0]["sql"]) == (0, "SELECT 1")


def test_an_edit_that_leaves_the_sql_alone_is_allowed_and_said(repository: Repository) -> None:
    file = repository.revision("a1")
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    file.write_text(file.read_text().replace('op.execute("SELECT 1")', 'op.execute("SELECT " + "1")'))
    done = repository.assay("history", "--format", "json")
    assert done.returncode == 0
    assert [(f["rule"], f["severity"]) for f in json.loads(done.stdout)["findings"]] == [
        ("edited-revision", "note")
    ]


def test_an_edit_that_changes_the_sql_is_refused(repository: Repository) -> None:
    file = repository.revision("a1")
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    file.write_text(file.read_text().replace("SELECT 1", "SELECT 2"))
    done = repository.assay("history", "--format", "json")
    assert done.returncode == 1
    assert [(f["rule"], f["severity"]) for f in json.loads(done.stdout)["findings"]] == [
        ("edited-revision", "error")
    ]


def test_a_waiver_beside_the_statement_takes_the_finding_away(repository: Repository) -> None:
    repository.revision(
        "a1", up='op.execute("SELECT 1 from pg_class")  # assay: waive CP01 -- as the vendor sent it'
    )
    done = repository.assay("lint", "--all", "--format", "json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["findings"]) == (0, [])
    assert [w["reason"] for w in document["waived"]] == ["as the vendor sent it"]


def test_policy_decides_what_fails(repository: Repository) -> None:
    repository.write("governance.yaml", "rules:\n  style: warning\n")
    repository.revision("a1", up='op.execute("SELECT 1 from pg_class")')
    assert repository.assay("lint", "--all").returncode == 0
    assert repository.assay("lint", "--all", "--fail-on", "warning").returncode == 1


def test_two_heads_name_both_and_the_commands(repository: Repository) -> None:
    repository.revision("a1")
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.revision("b1", "a1")
    repository.revision("b2", "a1")
    done = repository.assay("history")
    assert done.returncode == 1
    for part in ("b1", "b2", "alembic merge", "down_revision = "):
        assert part in done.stdout


USAGE = {
    "no alembic.ini": (lambda r: (r.project / "alembic.ini").unlink(), ["check"], 2, "No alembic.ini"),
    "unknown revision": (lambda r: r.revision("a1"), ["sql", "nope"], 2, "nope"),
    "unknown base": (lambda r: (r.revision("a1"), r.commit()), ["check", "--base", "no/such"], 2, "no/such"),
    "unknown command": (lambda _: None, ["chekc"], 2, "Did you mean 'check'?"),
    "two selections": (lambda r: r.revision("a1"), ["sql", "a1", "--all"], 2, "cannot be combined"),
    "configuration that is not there": (lambda _: None, ["sql", "-c", "nowhere.ini"], 2, "nowhere.ini"),
    "two formats": (lambda r: r.revision("a1"), ["sql", "a1", "--raw", "--format", "json"], 2, "cannot be combined"),
    "sizes that are not there": (lambda _: None, ["check", "--stats", "sizes.json"], 2, "sizes.json"),
    "section that is not there": (lambda _: None, ["sql", "-n", "alembik"], 2, "alembik"),
    "policy with a typing mistake": (
        lambda r: r.write("governance.yaml", "rulez: {}\n"), ["check"], 2, "governance.yaml:1",
    ),
    "broken Python": (
        lambda r: r.write("migrations/versions/a1_x.py", "revision = 'a1'\ndown_revision = None\ndef (\n"),
        ["check"], 1, "a1_x.py:3",
    ),
    "broken Python, traced": (
        lambda r: (r.revision("a1"), r.write("migrations/versions/b2_x.py", "def (\n")),
        ["trace", "--all"], 1, "b2_x.py:1",
    ),
    "broken Python, asked about": (
        lambda r: r.write("migrations/versions/a1_x.py", "def (\n"),
        ["preflight", "--all"], 1, "assay: migrations/versions/a1_x.py is not valid Python",
    ),
    "broken Python, raw": (
        lambda r: (r.revision("a1"), r.write("migrations/versions/b2_x.py", "def (\n")),
        ["sql", "--all", "--raw"], 1, "b2_x.py:1",
    ),
    "a ring": (
        lambda r: (r.revision("a1", "a2"), r.revision("a2", "a1")), ["sql"], 1, "in a ring",
    ),
    "not UTF-8": (
        lambda r: r.write("migrations/versions/a1_x.py", b"revision = 'a1'\ndown_revision = None\nx = '\xe9'\n"),
        ["check"], 1, "UTF-8",
    ),
    "env.py that raises": (
        lambda r: (r.write("migrations/env.py", "raise RuntimeError('no APP_ENV')\n"), r.revision("a1")),
        ["check"], 0, "no APP_ENV",
    ),
    "empty repository": (lambda r: r.revision("a1"), ["check"], 0, "a1"),
    "no revision at all": (lambda _: None, ["check", "--all"], 0, "There is no revision in migrations/versions"),
    "env.py that is not Python": (
        lambda r: (r.write("migrations/env.py", "def (\n"), r.revision("a1")),
        ["sql"], 0, "Mend env.py: Alembic cannot run it either.",
    ),
    "env.py that runs nothing": (
        lambda r: (r.write("migrations/env.py", "pass\n"), r.revision("a1")),
        ["sql"], 0, "--> migrations/env.py\n   = Give env.py an offline branch",
    ),
    "no env.py": (
        lambda r: ((r.project / "migrations/env.py").unlink(), r.revision("a1")),
        ["sql"], 0, "the file does not exist",
    ),
    "a signature that env.py's arguments do not fit": (
        lambda r: (
            r.write(
                "migrations/env.py",
                "from alembic import context\ncontext.configure(dialect_name='postgresql')\n"
                "context.run_migrations(tenant='t')\n",
            ),
            r.revision("a1"),
        ),
        ["sql"], 1, "a1_step_a1.py:12\n  12 | def upgrade() -> None:",
    ),
    "a merge revision": (
        lambda r: (r.revision("a"), r.revision("b", "a"), r.revision("c", "a"), r.revision("d", ("b", "c"))),
        ["check"], 0, "4 revisions",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("prepare", "args", "code", "said"), USAGE.values(), ids=USAGE)
def test_each_mistake_gets_its_exit_code_and_a_clear_sentence(
    repository: Repository, prepare: Callable[[Repository], object], args: list[str], code: int, said: str
) -> None:
    prepare(repository)
    done = repository.assay(*args)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert said in done.stdout + done.stderr
    assert code != 2 or done.stdout == ""


def test_a_detached_head_works(repository: Repository) -> None:
    repository.revision("a1")
    repository.commit()
    repository.git("checkout", "-q", "--detach")
    repository.revision("a2", "a1")
    done = repository.assay("check", "--base", "main")
    assert done.returncode == 0
    assert "a2" in done.stdout


def test_a_shallow_clone_without_the_base_says_what_to_fetch(repository: Repository, tmp_path: Path) -> None:
    repository.revision("a1")
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.revision("a2", "a1")
    repository.commit()
    url = repository.root.as_uri()
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", "--branch", "feature", url, str(tmp_path / "shallow")],
        check=True,
    )
    done = repository.assay("check", "--base", "origin/main", cwd=tmp_path / "shallow")
    assert done.returncode == 3
    assert "git fetch" in done.stderr


def test_a_thousand_revisions(repository: Repository) -> None:
    for n in range(1000):
        repository.revision(f"r{n:04}", f"r{n - 1:04}" if n else None)
    done = repository.assay("history", "--format", "json")
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["revisions"]) == 1000


def test_two_version_folders(repository: Repository) -> None:
    repository.write(
        "alembic.ini",
        "[alembic]\nscript_location = migrations\nversion_path_separator = os\n"
        "version_locations = %(here)s/migrations/versions:%(here)s/other\nfile_template = %%(rev)s_%%(slug)s\n",
    )
    repository.revision("a1")
    repository.revision("a2", "a1").rename(repository.write("other/a2_step_a2.py", ""))
    done = repository.assay("sql", "--all", "--format", "json")
    assert [r["path"] for r in json.loads(done.stdout)["revisions"]] == [
        "migrations/versions/a1_step_a1.py",
        "other/a2_step_a2.py",
    ]


def test_a_project_in_a_folder_is_found_from_the_top(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repo", "services/billing")
    repository.revision("a1", up='op.execute("SELECT 1 from pg_class")')
    done = repository.assay("check", cwd=repository.root)
    assert done.returncode == 1
    assert "services/billing/migrations/versions/a1_step_a1.py:13:26" in done.stdout


def test_options_may_stand_before_the_command_as_alembics_do(repository: Repository) -> None:
    repository.revision("a1")
    (repository.project / "alembic.ini").rename(repository.project / "other.ini")
    assert repository.assay("-c", "other.ini", "sql", "a1").returncode == 0


def test_a_reader_that_goes_away_is_no_failure(repository: Repository) -> None:
    repository.revision("a1")
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", "sql", "a1"],
        cwd=repository.project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert (process.stderr.read(), process.wait(60)) == (b"", 0)
    process.stderr.close()


def test_a_full_disk_is_the_environments_failure(repository: Repository) -> None:
    repository.revision("a1")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "assay", "sql", "a1"],
            cwd=repository.project, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        3,
        "assay: the output cannot be written: No space left on device.",
    )


def test_what_is_closed_leaves_the_exit_code(repository: Repository) -> None:
    repository.revision("a1", up='op.execute("SELECT 1 / 0")')
    command = f"exec {sys.executable} -m assay trace a1 <&- >&-"
    done = subprocess.run(
        ["sh", "-c", command], cwd=repository.project, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")


def test_what_the_project_wants_done_at_the_exit_is_done(repository: Repository) -> None:
    repository.revision("a1")
    env = (repository.project / "migrations/env.py").read_text("utf-8")
    more = "import atexit, threading, time\n"
    more += "atexit.register(lambda: open('atexit', 'w').write('called'))\n"
    more += "def late():\n    time.sleep(0.3)\n    open('thread', 'w').write('ended')\n"
    more += "threading.Thread(target=late).start()\n"
    repository.write("migrations/env.py", more + env)
    done = repository.assay("sql", "a1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "SELECT 1" in done.stdout
    assert (repository.project / "atexit").read_text() == "called"
    assert (repository.project / "thread").read_text() == "ended"


def test_the_help_cuts_no_sentence_off(repository: Repository) -> None:
    for group in (["scratch"], ["github"], []):
        done = repository.assay(*group, "--help")
        assert "..." not in done.stdout.partition("Commands:")[2]
    assert "heads, parents, ids, file names, and edits of what has landed." in " ".join(done.stdout.split())


@pytest.mark.parametrize("command", ["check", "history", "lint", "models", "sql", "explain"])
def test_every_command_has_help(repository: Repository, command: str) -> None:
    done = repository.assay(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: assay {command} [OPTIONS]")
