"""env.py is honoured, never trusted, and never in the way."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from assay.errors import UsageError
from assay.render import EnvSettings
from assay.render.builtin import literal_options

if TYPE_CHECKING:
    from .conftest import Workbench

UPGRADE = 'def upgrade():\n    op.execute("SELECT 1")\n\ndef downgrade():\n    op.execute("SELECT 2")\n'

OFFLINE = (
    "from alembic import context\n"
    "context.configure(url='postgresql+psycopg2://', literal_binds=True)\n"
    "with context.begin_transaction():\n    context.run_migrations()\n"
)

UNUSABLE = {
    "module missing": (
        "import fastapi_not_here",
        "it needs the module 'fastapi_not_here', which is not installed here",
        1,
    ),
    "raises": ("\nraise RuntimeError('set APP_ENV')", "it raised RuntimeError: set APP_ENV", 2),
    "setting missing": (
        "import os\nos.environ['NOT_SET_ANYWHERE']",
        "it raised KeyError: 'NOT_SET_ANYWHERE'",
        2,
    ),
    "exits": ("import sys\nsys.exit(3)", "it ended Python with the exit code 3", 2),
    "exits at once": ("import os\nos._exit(0)", "it ended Python with the exit code 0", 2),
    "runs nothing": ("", "it ran no migration in offline mode", None),
    "refuses offline": (
        "from alembic import context\nif context.is_offline_mode():\n    raise Exception('offline is off')",
        "it raised Exception: offline is off",
        3,
    ),
    "syntax error": ("def (", "it raised SyntaxError", 1),
    "not UTF-8": ("\udcff", "it raised SyntaxError", None),
    "no offline branch": (
        (
            "from sqlalchemy import create_engine\n"
            "create_engine('postgresql+psycopg2://u:hunter2@127.0.0.1:1/db').connect()"
        ),
        "it connects to a database in offline mode",
        2,
    ),
    "a driver of its own": (
        "import psycopg2\npsycopg2.connect(host='127.0.0.1', port=1, password='hunter2')",
        "it connects to a database in offline mode",
        2,
    ),
    "raises after the migrations": (
        OFFLINE + "raise RuntimeError('late')",
        "it raised RuntimeError: late",
        5,
    ),
    "a URL in the exception": (
        "raise ValueError('cannot parse postgresql://u:hunter2@db/x')",
        "it raised ValueError: cannot parse postgresql://***@db/x",
        1,
    ),
}


@pytest.mark.parametrize(("env", "problem", "line"), UNUSABLE.values(), ids=UNUSABLE)
def test_the_built_in_env_takes_over_and_says_why(
    workbench: Workbench, env: str, problem: str, line: int | None
) -> None:
    (workbench.folder / "migrations/env.py").write_bytes(env.encode("utf-8", "surrogateescape"))
    workbench.revision("r1", UPGRADE)
    rendering = workbench.render()
    assert rendering.rendered_by == "built-in env"
    assert (rendering.env_problem or "").startswith(problem)
    assert "hunter2" not in repr(rendering)
    if line is not None:
        assert rendering.env_line == line
    assert [s.sql for part in rendering.rendered.values() for s in part.statements] == [
        "SELECT 1",
        "SELECT 2",
    ]


def test_a_missing_env_py_is_said(workbench: Workbench) -> None:
    (workbench.folder / "migrations/env.py").unlink()
    workbench.revision("r1", UPGRADE)
    assert workbench.render().env_problem == "the file does not exist"


USABLE = {
    "prints to stdout between statements": (
        OFFLINE.replace("context.run_migrations()", "print('hello'); context.run_migrations()"),
        "BEGIN;\n\n",
    ),
    "logs to stdout": (
        "import logging, sys\nlogging.basicConfig(stream=sys.stdout, level='DEBUG', force=True)\n" + OFFLINE,
        "BEGIN;\n\n",
    ),
    "asks what the command line was": (
        "from alembic import context\noptions = context.config.cmd_opts\n"
        "assert (options.revision, options.sql, options.tag, options.x) == ('heads', True, None, None)\n"
        "assert options.cmd[0].__name__ == 'upgrade' and not getattr(options, 'autogenerate', False)\n"
        + OFFLINE,
        "BEGIN;\n\n",
    ),
    "no literal_binds": (OFFLINE.replace(", literal_binds=True", ""), "BEGIN;\n\n"),
    "its own output buffer": (
        OFFLINE.replace("literal_binds=True", "literal_binds=True, output_buffer=open('out.sql', 'w')")
        + "\n",
        "BEGIN;\n\n",
    ),
    "an SQLite URL": (OFFLINE.replace("postgresql+psycopg2://", "sqlite:///app.db"), "BEGIN;\n\n"),
    "a URL that Alembic's template leaves": (
        OFFLINE.replace("postgresql+psycopg2://", "driver://user:pass@localhost/dbname"),
        "BEGIN;\n\n",
    ),
    "no URL": (OFFLINE.replace("'postgresql+psycopg2://'", "None"), "BEGIN;\n\n"),
    "async URL": (OFFLINE.replace("postgresql+psycopg2://", "postgresql+asyncpg://"), "BEGIN;\n\n"),
    "no transaction": (
        OFFLINE.replace("with context.begin_transaction():\n    context", "context"),
        "",
    ),
    "keyword arguments to the revisions": (
        OFFLINE.replace("run_migrations()", "run_migrations(tenant='t')"),
        "BEGIN;\n\n",
    ),
    "swallows a refused connection": (
        "import psycopg2\ntry:\n    psycopg2.connect('host=127.0.0.1')\nexcept Exception:\n    pass\n"
        + OFFLINE,
        "BEGIN;\n\n",
    ),
    "changes the working directory": ("import os\nos.chdir('/')\n" + OFFLINE, "BEGIN;\n\n"),
}


@pytest.mark.parametrize(("env", "opening"), USABLE.values(), ids=USABLE)
def test_what_env_py_does_beside_rendering_does_no_harm(workbench: Workbench, env: str, opening: str) -> None:
    workbench.write("migrations/env.py", env)
    signature = "tenant=None"
    workbench.revision(
        "r1",
        UPGRADE.replace("upgrade()", f"upgrade({signature})").replace(
            "downgrade()", f"downgrade({signature})"
        ),
    )
    rendering = workbench.render()
    assert (rendering.rendered_by, rendering.opening) == ("env.py", opening)
    text = rendering.rendered["r1", "upgrade"].text
    # Whether SQLAlchemy 1.4 writes RETURNING depends on the driver that the URL names.
    assert text.replace(" RETURNING alembic_version.version_num;", ";").endswith(
        "-- Running upgrade  -> r1\n\nSELECT 1;\n\nINSERT INTO alembic_version (version_num) VALUES ('r1');\n\n"
    )


def test_the_process_is_as_it_was(workbench: Workbench) -> None:
    workbench.write(
        "migrations/env.py",
        "import logging, os, sys\nos.environ['LEAK'] = '1'\nsys.path.append('/leak')\nos.chdir('/')\n"
        "logging.getLogger().addHandler(logging.NullHandler())\nlogging.getLogger().setLevel(1)\n" + OFFLINE,
    )
    workbench.revision("r1", UPGRADE)
    before = (
        Path.cwd(),
        list(sys.path),
        dict(os.environ),
        list(logging.getLogger().handlers),
        logging.getLogger().level,
    )
    workbench.render()
    after = (
        Path.cwd(),
        list(sys.path),
        dict(os.environ),
        list(logging.getLogger().handlers),
        logging.getLogger().level,
    )
    assert after == before


def test_what_passes_by_sys_stdout_stays_out_of_ours(
    workbench: Workbench, capfd: pytest.CaptureFixture[str]
) -> None:
    workbench.write(
        "migrations/env.py", "import os\nos.write(1, b'raw')\nos.system('echo from a shell')\n" + OFFLINE
    )
    workbench.revision("r1", UPGRADE)
    rendering = workbench.render()
    os.write(1, b"ours")
    assert (capfd.readouterr().out, rendering.printed) == ("ours", "rawfrom a shell\n")


def test_who_asks_meets_the_end_of_the_input(workbench: Workbench) -> None:
    workbench.write("migrations/env.py", "import os\nanswer = os.read(0, 1)\nprint(answer)\n" + OFFLINE)
    workbench.revision("r1", UPGRADE)
    kept = os.dup(0)
    reading, writing = os.pipe()
    os.write(writing, b"y")
    os.dup2(reading, 0)
    try:
        assert workbench.render().printed == "b''\n"
        assert os.read(0, 1) == b"y"
    finally:
        os.dup2(kept, 0)
        for descriptor in (kept, reading, writing):
            os.close(descriptor)


def test_a_templated_ini_file_is_read_as_far_as_it_can_be(workbench: Workbench) -> None:
    workbench.write(
        "alembic.ini",
        "[alembic]\nscript_location = %(here)s/migrations\n{% if schema %}\nschema = s1\n{% endif %}\n"
        "[other]\nschema = s2\n",
    )
    workbench.write(
        "migrations/env.py",
        "from alembic import context\nconfig = context.config\n"
        "schemas = config.get_main_option('schema'), config.get_section('other')['schema']\n"
        "context.configure(url='postgresql://', version_table_schema='_'.join(schemas))\n"
        "with context.begin_transaction():\n    context.run_migrations()\n",
    )
    workbench.revision("r1", UPGRADE)
    rendering = workbench.render()
    assert rendering.env_problem is None
    assert "CREATE TABLE s1_s2.alembic_version (" in rendering.rendered["r1", "upgrade"].text


def test_env_py_reads_x_arguments_attributes_and_its_own_ini_section(workbench: Workbench) -> None:
    workbench.write(
        "migrations/env.py",
        "from alembic import context\nconfig = context.config\n"
        "schema = context.get_x_argument(as_dictionary=True)['schema']\n"
        "context.configure(url='postgresql://', literal_binds=True, version_table_schema=schema,\n"
        "                  version_table=config.attributes['table'])\n"
        "with context.begin_transaction():\n    context.run_migrations()\n",
    )
    workbench.revision("r1", UPGRADE)
    rendering = workbench.render(settings=EnvSettings(x=("schema=s1",), attributes={"table": "v"}))
    assert rendering.env_problem is None
    assert "CREATE TABLE s1.v (" in rendering.rendered["r1", "upgrade"].text


@pytest.mark.parametrize("target", ["boot.py:start", "bootpkg.mod:start"])
def test_the_boot_hook_runs_before_env_py(workbench: Workbench, target: str) -> None:
    hook = "import builtins\ndef start():\n    builtins.booted = True\n"
    workbench.write("boot.py", hook)
    workbench.write("bootpkg/__init__.py", "")
    workbench.write("bootpkg/mod.py", hook)
    workbench.write("migrations/env.py", "import builtins\nassert builtins.booted\n" + OFFLINE)
    workbench.revision("r1", UPGRADE)
    try:
        assert workbench.render(settings=EnvSettings(boot=target)).env_problem is None
    finally:
        import builtins

        del builtins.booted  # type: ignore[attr-defined]


@pytest.mark.parametrize("target", ["boot.py:nothing", "nowhere:start", "nowhere.py:start", "colonless"])
def test_a_boot_hook_that_cannot_be_had_is_a_usage_error(workbench: Workbench, target: str) -> None:
    workbench.write("boot.py", "")
    workbench.revision("r1", UPGRADE)
    with pytest.raises(UsageError, match=r"alembic\.boot names"):
        workbench.render(settings=EnvSettings(boot=target))


def test_the_built_in_env_can_be_asked_for(workbench: Workbench) -> None:
    workbench.revision("r1", UPGRADE)
    rendering = workbench.render(settings=EnvSettings(env="built-in"))
    assert (rendering.rendered_by, rendering.env_by_choice) == ("built-in env", True)


def test_the_built_in_env_keeps_what_env_py_says_in_literals(tmp_path: Path) -> None:
    env = tmp_path / "env.py"
    env.write_text(
        "context.configure(version_table='v', transaction_per_migration=True, version_table_schema=SCHEMA)\n"
        "context.configure(version_table='v', transactional_ddl=True)\n"
        "context.configure(version_table='v', transactional_ddl=False)\n"
    )
    assert literal_options(env) == {"version_table": "v", "transaction_per_migration": True}


def test_several_databases_in_one_env_py(workbench: Workbench) -> None:
    workbench.write(
        "migrations/env.py",
        "from alembic import context\nfor name in ('one', 'two'):\n"
        "    context.configure(url='postgresql://', literal_binds=True)\n"
        "    with context.begin_transaction():\n        context.run_migrations(engine_name=name)\n",
    )
    workbench.revision(
        "r1",
        "def upgrade(engine_name):\n    op.execute(f\"SELECT '{engine_name}'\")\n\ndef downgrade(engine_name):\n    pass\n",
    )
    assert [s.sql for s in workbench.render().rendered["r1", "upgrade"].statements] == [
        "SELECT 'one'",
        "SELECT 'two'",
    ]
