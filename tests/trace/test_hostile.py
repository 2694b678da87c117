"""Whatever env.py and a revision do, a run lands on the scratch database or is refused: tests try to break that."""

from __future__ import annotations

import gc
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay import rules
from assay.history import Selection, find_project, read_history
from assay.model import Severity
from assay.render import EnvSettings
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server
from assay.trace import Tracing, Wanted, trace

CONFIGURE = """
def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

TEMPLATE = (
    "from alembic import context\nimport os\nimport sqlalchemy as sa\nfrom sqlalchemy import create_engine, pool\n"
    + CONFIGURE
)

REVISION = """
import os
import sqlalchemy as sa
from alembic import op
revision = "r1"
down_revision = None

def upgrade():
    op.create_table("t", sa.Column("c", sa.Integer))
    {more}

def downgrade():
    op.drop_table("t")
"""

NEXT = """
revision = "r2"
down_revision = "r1"

def upgrade():
    pass

def downgrade():
    pass
"""


class Bench:
    """A project whose configured database is a port that notes who comes."""

    def __init__(self, folder: Path, databases: Databases, port: int) -> None:
        self.folder, self._databases, self.port = folder, databases, port
        (folder / "migrations/versions").mkdir(parents=True)
        self.url = f"postgresql+psycopg2://u:hunter2@127.0.0.1:{port}/production"
        (folder / "alembic.ini").write_text(
            f"[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\nsqlalchemy.url = {self.url}\n"
        )

    def trace(
        self, env: str, more: str = "pass", settings: EnvSettings | None = None, selected: str = "r1"
    ) -> Tracing:
        env = env.replace("{url}", self.url).replace("{port}", str(self.port))
        (self.folder / "migrations/env.py").write_text(TEMPLATE + env)
        (self.folder / "migrations/versions/r1.py").write_text(
            REVISION.replace("{more}", more.replace("{port}", str(self.port)))
        )
        (self.folder / "migrations/versions/r2.py").write_text(NEXT)
        project = find_project(self.folder, self.folder / "alembic.ini")
        known = list(read_history(project, Selection(all=True)).revisions.values())
        chosen = [revision for revision in known if revision.id == selected]
        wanted = Wanted(project, known, chosen, settings=settings or EnvSettings())
        return trace(wanted, self._databases.server, self._databases, "scratch")


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with local_server(find_binaries()) as server, Databases(server) as databases:
        yield databases


@pytest.fixture
def production() -> Iterator[tuple[int, list[object]]]:
    """A port on loopback, and who came."""
    server = socket.create_server(("127.0.0.1", 0))
    came: list[object] = []

    def accept() -> None:
        while True:
            try:
                peer, address = server.accept()
            except OSError:
                return
            came.append(address)
            peer.close()

    thread = threading.Thread(target=accept)
    thread.start()
    yield server.getsockname()[1], came
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


@pytest.fixture
def bench(tmp_path: Path, databases: Databases, production: tuple[int, list[object]]) -> Bench:
    return Bench(tmp_path, databases, production[0])


LANDS = {
    "URL of the ini file": (
        "engine = sa.engine_from_config(context.config.get_section('alembic'), prefix='sqlalchemy.')\n"
        "with engine.connect() as connection:\n    run(connection)\n"
    ),
    "its own URL": "with create_engine('{url}').connect() as connection:\n    run(connection)\n",
    "no driver's name": (
        "with create_engine('{url}'.replace('+psycopg2', '')).connect() as connection:\n    run(connection)\n"
    ),
    "a driver that is not installed": (
        "with create_engine('{url}'.replace('psycopg2', 'pg8000')).connect() as connection:\n    run(connection)\n"
    ),
    "URL from the environment": "with create_engine(os.environ['DATABASE_URL']).connect() as connection:\n    run(connection)\n",
    "creator": (
        "import psycopg2\nengine = create_engine('postgresql+psycopg2://', "
        "creator=lambda: psycopg2.connect(host='127.0.0.1', port={port}, password='hunter2'))\n"
        "with engine.connect() as connection:\n    run(connection)\n"
    ),
    "connect_args and a pool": (
        "engine = create_engine('{url}', connect_args={'options': '-c search_path=x'}, pool_size=2)\n"
        "with engine.connect() as connection:\n    run(connection)\n"
    ),
    "inside its own transaction": "with create_engine('{url}').begin() as connection:\n    run(connection)\n",
    "after a statement of its own": (
        "with create_engine('{url}').connect() as connection:\n"
        "    connection.execute(sa.text('SET search_path TO public'))\n    run(connection)\n"
    ),
    "async template": (
        "import asyncio\nfrom sqlalchemy.ext.asyncio import create_async_engine\n"
        "async def main():\n"
        "    engine = create_async_engine('{url}'.replace('psycopg2', 'asyncpg'))\n"
        "    async with engine.connect() as connection:\n        await connection.run_sync(run)\n    await engine.dispose()\n"
        "asyncio.run(main())\n"
    ),
    "async template of psycopg": (
        "import asyncio\nfrom sqlalchemy.ext.asyncio import create_async_engine\n"
        "async def main():\n"
        "    engine = create_async_engine('{url}'.replace('psycopg2', 'psycopg'))\n"
        "    async with engine.connect() as connection:\n        await connection.run_sync(run)\n    await engine.dispose()\n"
        "asyncio.run(main())\n"
    ),
    "psycopg": (
        "with create_engine('{url}'.replace('psycopg2', 'psycopg')).connect() as connection:\n    run(connection)\n"
    ),
    "several databases": (
        "for name in ('one', 'two'):\n"
        "    with create_engine('{url}'.replace('production', name)).connect() as connection:\n        run(connection)\n"
    ),
    "another connection before": (
        "create_engine('{url}').connect().close()\n"
        "with create_engine('{url}').connect() as connection:\n    run(connection)\n"
    ),
    "a setting that is not there": "os.environ['NOT_SET_ANYWHERE']\n",
    "a module that is not there": "import not_a_module_at_all\n",
    "a raw connection": "import psycopg2\npsycopg2.connect(host='127.0.0.1', port={port})\n",
    "SQLite": "with create_engine('sqlite:///app.db').connect() as connection:\n    run(connection)\n",
    "nothing": "",
}
OF_THE_DEVELOPMENT_GROUP = {
    "async template": ("asyncpg",),
    "async template of psycopg": ("psycopg", "sqlalchemy.dialects.postgresql.psycopg"),
    "psycopg": ("psycopg", "sqlalchemy.dialects.postgresql.psycopg"),
}
BUILT_IN = (
    "a setting that is not there",
    "a module that is not there",
    "a raw connection",
    "SQLite",
    "nothing",
)


@pytest.mark.parametrize("name", LANDS)
def test_env_py_lands_on_the_scratch_database(
    bench: Bench, production: tuple[int, list[object]], name: str
) -> None:
    for module in OF_THE_DEVELOPMENT_GROUP.get(name, ()):
        pytest.importorskip(module)
    tracing = bench.trace(LANDS[name])
    trip = tracing.trips["r1"]
    assert production[1] == []
    assert (trip.upgrade.error, list(trip.left_behind or ())) == (None, [])
    assert tracing.traced_by == ("built-in env" if name in BUILT_IN else "env.py")
    assert "hunter2" not in repr(tracing)
    assert not (bench.folder / "app.db").exists()


ONLINE = """if context.is_offline_mode():
    context.configure(dialect_name='postgresql')
    context.run_migrations()
else:
    """
TROUBLES = {
    "raises": ("raise ValueError('no')", "it raised ValueError: no", False),
    "runs nothing": ("pass", "it ran no migration with a connection", True),
    "sys.exit()": ("import sys; sys.exit()", "it ended Python with the exit code 0", True),
    "sys.exit(3)": ("import sys; sys.exit(3)", "it ended Python with the exit code 3", False),
    "sys.exit with a text": ("import sys; sys.exit('no')", "it ended Python with the exit code 1: no", False),
    "os._exit(0)": ("os._exit(0)", "it ended Python with the exit code 0", True),
    "os.execv": ("os.execv('/bin/true', ['true'])", "it ended Python with the exit code 0", True),
    "os.execlp": ("os.execlp('true', 'true')", "it ended Python with the exit code 0", True),
    "a role that is not there": (
        "with create_engine('{url}').connect() as c: c.execute(sa.text('SET ROLE nobody_here')); run(c)",
        'it raised InvalidParameterValue: role "nobody_here" does not exist',
        False,
    ),
    "a module": (
        "import not_a_module",
        "it needs the module 'not_a_module', which is not installed here",
        False,
    ),
}


@pytest.mark.parametrize(("env", "problem", "quiet"), TROUBLES.values(), ids=TROUBLES)
def test_an_env_py_that_does_not_run_is_told(bench: Bench, env: str, problem: str, quiet: bool) -> None:
    tracing = bench.trace(ONLINE + env)
    assert (tracing.env_problem or "").startswith(problem)
    assert (tracing.traced_by, tracing.stood_in, tracing.env_quiet) == ("built-in env", True, quiet)
    assert tracing.env_path.endswith("migrations/env.py")
    assert [f.severity for f in rules.run("craft", tracing) if f.rule == "unusable-env"] == [
        Severity.ERROR if quiet else Severity.WARNING
    ]


PAST = {
    "psycopg2": "import psycopg2; run(psycopg2.connect(host='127.0.0.1', port={port}))",
    "psql": "import subprocess; subprocess.check_call(['psql', '-h', '127.0.0.1', '-p', '{port}'])",
    "an SQLAlchemy engine (mysql)": "run(create_engine('mysql://u@127.0.0.1:{port}/d', module=sys).connect())",
}


@pytest.mark.parametrize("by", PAST)
def test_an_env_py_that_connects_by_itself_is_told(
    bench: Bench, production: tuple[int, list[object]], by: str
) -> None:
    tracing = bench.trace("import sys; sys.paramstyle = 'format'\n" + ONLINE + PAST[by])
    assert production[1] == []
    assert "which was refused" in (tracing.env_problem or "")
    found = {f.rule: f for f in rules.run("craft", tracing)}
    assert found["unusable-env"].severity is Severity.WARNING
    assert f"by {by} for migrations" in found["foreign-connection"].message
    assert found["foreign-connection"].line == found["unusable-env"].line == 15


def test_other_databases_of_the_same_env_py_are_told(bench: Bench) -> None:
    assert bench.trace(LANDS["several databases"]).notes == (
        "env.py runs migrations on 2 databases; only what they do on the first one was traced.",
    )
    assert bench.trace(LANDS["its own URL"]).notes == ()


def test_what_env_py_catches_is_no_matter(bench: Bench) -> None:
    caught = "try:\n    import psycopg2; psycopg2.connect('')\nexcept Exception: pass\n"
    tracing = bench.trace(caught + LANDS["its own URL"])
    assert (tracing.env_problem, tracing.refused, tracing.stood_in) == (None, (), False)


@pytest.mark.parametrize("selected", ["r1", "r2"])
def test_an_env_py_that_fails_afterwards_is_told(
    bench: Bench, caplog: pytest.LogCaptureFixture, selected: str
) -> None:
    env = "kept = create_engine('{url}').connect()\nkept.execute(sa.text('SELECT 1'))\nrun(kept)\n"
    tracing = bench.trace(env + "raise ValueError('late')\n", selected=selected)
    gc.collect()
    told = [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    assert told == []  # of a connection that is no longer there
    assert (tracing.traced_by, tracing.env_problem) == ("env.py", "it raised ValueError: late")
    (found,) = [f for f in rules.run("craft", tracing) if f.rule == "unusable-env"]
    assert "failed after it had run the revisions" in found.message


REFUSED = {
    "psycopg2": "import psycopg2; psycopg2.connect(host='127.0.0.1', port={port})",
    "psycopg2's C function": "from psycopg2._psycopg import _connect; _connect('host=127.0.0.1 port={port}')",
    "a socket": "import socket; socket.create_connection(('127.0.0.1', {port}))",
    "psql": "import subprocess; subprocess.run(['psql', '-h', '127.0.0.1', '-p', '{port}', '-c', 'SELECT 1'])",
}


@pytest.mark.parametrize("attempt", REFUSED.values(), ids=REFUSED)
def test_what_goes_round_the_engine_is_refused(
    bench: Bench, production: tuple[int, list[object]], attempt: str
) -> None:
    tracing = bench.trace(LANDS["its own URL"], attempt)
    upgrade = tracing.trips["r1"].upgrade
    assert production[1] == []
    assert upgrade.error is not None
    assert "refused a connection" in upgrade.error
    assert upgrade.error_line == 10
    (found,) = [f for f in rules.run("craft", tracing) if f.rule == "foreign-connection"]
    assert (found.line, found.revision) == (10, "r1")
    assert "upgrade() opens its own connection" in found.message


def test_an_engine_of_the_revisions_own_lands_on_the_scratch_database(
    bench: Bench, production: tuple[int, list[object]]
) -> None:
    more = "sa.create_engine('postgresql+psycopg2://u:hunter2@127.0.0.1:{port}/production').connect().close()"
    assert bench.trace(LANDS["its own URL"], more).trips["r1"].upgrade.error is None
    assert production[1] == []


def test_nothing_is_left_on_the_server(bench: Bench, databases: Databases) -> None:
    before = _databases(databases)
    bench.trace(LANDS["its own URL"], "raise SystemExit(3)")
    assert _databases(databases) == before


def _databases(databases: Databases) -> list[str]:
    with databases.server.connect() as session, session.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname NOT LIKE '%template%'"
            " AND datname !~ '^assay_spare_[0-9]+$' ORDER BY 1"  # kept by `assay.scratch.reuse`
        )
        return [row[0] for row in cursor.fetchall()]


def test_a_configured_redirect_is_what_json_shows(bench: Bench) -> None:
    tracing = bench.trace(LANDS["its own URL"])
    assert "127.0.0.1" not in json.dumps([str(s.statement) for s in tracing.trips["r1"].upgrade.traced])


@pytest.mark.parametrize("schema", [None, "ops"], ids=["", "in a schema"])
def test_a_version_table_of_another_name_is_alembics_own(bench: Bench, schema: str | None) -> None:
    tracing = bench.trace(
        "with create_engine('{url}').connect() as connection:\n"
        f"    connection.execute(sa.text('CREATE SCHEMA IF NOT EXISTS {schema or 'public'}'))\n"
        "    connection.commit()\n"
        f"    context.configure(connection=connection, version_table='moved', version_table_schema={schema!r})\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n"
    )
    trip = tracing.trips["r1"]
    assert (trip.upgrade.error, list(trip.left_behind or ())) == (None, [])
    assert all("moved" not in str(key) for key in trip.upgrade.before or {})
