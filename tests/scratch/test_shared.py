"""What a revision leaves on the whole server changes nothing for the next one, and a state keeps what it stands on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from assay.scratch import Databases, LocalServer, Server
from assay.scratch.account import server_account
from assay.scratch.given import GivenServer
from assay.scratch.shared import NOTHING

from tests.scratch.support import column, databases, eventually, start_python
from tests.scratch.test_databases import RUN


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the server can write to."""
    made = Path(tempfile.mkdtemp(prefix="assay-"))
    server_account().own(made)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def alone(ours: Databases) -> Databases:
    assert eventually(lambda: ours._runs() == {ours._run})  # what an earlier test ended is really gone
    return ours


LEFT = {
    "a role": "CREATE ROLE left_over",
    "a role that owns and may": (
        "CREATE ROLE left_over; CREATE TABLE t (); ALTER TABLE t OWNER TO left_over; GRANT pg_monitor TO left_over;"
        " GRANT CREATE ON DATABASE postgres TO left_over"
    ),
    "a role's setting": "ALTER ROLE CURRENT_USER SET work_mem = '9MB'",
    "every role's setting": "ALTER ROLE ALL SET work_mem = '9MB'",
    "another database's setting": "ALTER DATABASE postgres SET work_mem = '9MB'",
    "a setting of the system": "ALTER SYSTEM SET work_mem = '9MB'; SELECT pg_reload_conf()",
    "a database": "CREATE DATABASE left_over",
    "a template database": "CREATE DATABASE left_over IS_TEMPLATE true",
    "a tablespace": "CREATE TABLESPACE left_over LOCATION '{folder}'; CREATE TABLE t () TABLESPACE left_over",
    "a comment": "CREATE ROLE left_over; COMMENT ON ROLE left_over IS 'x'",
    "a subscription": "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (connect = false)",
}


def run(server: Server, database: str, text: str) -> None:
    for statement in text.split("; "):
        column(server, database, statement)


@pytest.mark.parametrize("kept", [False, True], ids=["empty", "from a template"])
@pytest.mark.parametrize("statements", LEFT.values(), ids=LEFT)
def test_what_is_left_is_gone_for_the_next(
    server: Server, alone: Databases, folder: Path, statements: str, kept: bool
) -> None:
    text = statements.format(folder=folder)
    before = databases(server)
    with alone.fresh() as name:
        template = alone.save_template("with nothing", name) if kept else None
    for _ in range(2):
        assert not kept or alone.template("with nothing") == template
        with alone.fresh(template) as name:
            assert alone._shared.state() == NOTHING
            assert column(server, name, "SHOW work_mem") == ["4MB"]
            run(server, name, text)
            assert "subscription" in text.lower() or alone._shared.state() != NOTHING
    assert set(databases(server)) - set(before) <= {
        n for n in databases(server) if "spare" in n or n == template
    }
    with alone.fresh():
        pass


def test_a_state_keeps_the_roles_that_it_stands_on(server: Server, alone: Databases) -> None:
    def made() -> str:
        with alone.fresh() as name:
            run(server, name, "CREATE ROLE stood_on; CREATE TABLE t (); GRANT SELECT ON t TO stood_on")
            return alone.save_template("stands", name)

    template = made()
    for _ in range(2):  # the second one is a spare
        assert alone.template("stands") == template
        with alone.fresh(template) as name:
            assert column(server, name, "SELECT has_table_privilege('stood_on', 't', 'SELECT')") == [True]
            run(server, name, "CREATE ROLE another; GRANT SELECT ON t TO another")
        assert column(server, None, "SELECT rolname FROM pg_roles WHERE rolname = 'another'") == ["another"]
        assert alone.template("stands") is None, "what it stood on is no longer what it was"
        made()
    with alone.fresh():
        assert alone.template("stands") is None
    assert made() == template


def test_a_spare_goes_with_the_role_that_it_needs(server: Server, alone: Databases) -> None:
    with alone.fresh() as name:
        run(server, name, "CREATE ROLE stood_on; CREATE TABLE t (); GRANT SELECT ON t TO stood_on")
        template = alone.save_template("spared", name)
    with alone.fresh(template):
        pass
    with alone.fresh():
        assert column(server, None, "SELECT 1 FROM pg_shdepend WHERE refobjid >= 16384 AND dbid <> 0") == []
    assert template not in databases(server)


def test_what_a_killed_run_left_is_gone(server: Server, alone: Databases) -> None:
    with alone.fresh() as name:
        template = alone.save_template("with nothing", name)
    action = "with server.connect(name) as own, own.cursor() as c: c.execute('CREATE ROLE left_over')"
    killed = start_python(RUN.format(major=server.major, action=action))
    assert killed.stdout is not None
    killed.stdout.readline()
    with alone.fresh(alone.template("with nothing")):
        assert alone._shared.state() != NOTHING, "somebody else is at work: nothing is touched"
    killed.kill()
    killed.communicate()
    assert eventually(lambda: alone._runs() == {alone._run})
    with Databases(server) as later:
        assert later._runs() != {later._run}
    assert alone.template("with nothing") == template
    assert alone._shared.state() == NOTHING


def test_a_given_server_is_left_as_it_was_found(server: Server, alone: Databases) -> None:
    assert isinstance(server, LocalServer)
    given = GivenServer(server.parameters(), server.major)
    with alone.fresh():
        column(server, None, "CREATE ROLE of_the_owner")
    alone.__exit__()
    try:
        with Databases(given) as run_there, run_there.fresh() as name:
            run(given, name, "CREATE ROLE left_over; ALTER ROLE of_the_owner SET work_mem = '9MB'")
        roles = column(server, None, "SELECT rolname FROM pg_roles WHERE oid >= 16384")
        assert roles == ["of_the_owner"]
        with Databases(given) as later:
            assert later._first["settings"] is None
    finally:
        alone.__enter__()
    with alone.fresh():
        assert alone._shared.state() == NOTHING


def test_a_server_whose_user_lost_its_rights_is_told(server: Server) -> None:
    from assay.errors import EnvironmentFailedError
    from assay.scratch.databases import _explained

    with pytest.raises(EnvironmentFailedError, match="own user was changed"), _explained():
        raise psycopg2.errors.InsufficientPrivilege("permission denied")
