"""Which servers a run gets, and what is said where it does not get what it asked for."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from assay.config import Governance
from assay.errors import EnvironmentFailedError, UsageError
from assay.render import no_connections, unguarded
from assay.scratch import Cluster, LocalServer, Server, find_binaries, holdings, scratch_servers
from assay.scratch.given import GivenServer

from tests.scratch.support import column, server_of

EMBEDDED = find_binaries()


def told(*majors: str) -> tuple[list[str], tuple[str, ...]]:
    choice = scratch_servers(Governance(postgresql=majors))
    return [str(server) for server in choice.servers], choice.notes


def test_the_embedded_one_without_configuration() -> None:
    assert told() == ([f"PostgreSQL {EMBEDDED.major} (embedded)"], ())


def test_several_versions_and_one_that_is_not_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    server_of(15)
    monkeypatch.setattr("assay.scratch.binaries.INSTALLED", ("/usr/lib/postgresql/{major}/bin",))
    names, notes = told("15", "14", str(EMBEDDED.major), "15")
    assert names == ["PostgreSQL 15 (installed)", f"PostgreSQL {EMBEDDED.major} (embedded)"]
    assert [note.partition("; ") for note in notes] == [
        (
            "PostgreSQL 14 is not on this machine (on Debian: apt-get install postgresql-14)",
            "; ",
            f"PostgreSQL {EMBEDDED.major} (embedded) is used instead.",
        )
    ]
    assert told("14")[0] == [f"PostgreSQL {EMBEDDED.major} (embedded)"]


def test_it_starts_in_the_background_and_stops_after_the_last_user(cache: Path) -> None:
    (scratch,) = scratch_servers(Governance()).servers
    before = time.monotonic()
    scratch.start()
    scratch.start()
    assert time.monotonic() - before < 0.2
    with scratch as server:
        assert column(server, None, "SELECT 1") == [1]
        assert isinstance(server, LocalServer)
        assert server.socket_folder.is_relative_to(cache)
    (held,) = holdings.holdings()
    assert held.pid is None
    scratch.close()
    scratch.start()
    scratch.close()
    assert holdings.holdings()[0].pid is None
    assert [t for t in threading.enumerate() if t is not threading.main_thread() and not t.daemon] == []


def test_it_starts_while_the_projects_code_is_guarded(cache: Path) -> None:
    with scratch_servers(Governance()).servers[0]:  # so that the other one looks whether it answers
        other = scratch_servers(Governance()).servers[0]
        with no_connections():
            other.start(unguarded)
            assert isinstance(other.wait(), LocalServer)
        other.close()


def test_a_failure_in_the_background_is_raised_by_wait(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (cache / "scratch").write_text("in the way")
    (scratch,) = scratch_servers(Governance()).servers
    scratch.start()
    with pytest.raises(EnvironmentFailedError, match="cannot be used: Not a directory"), scratch:
        pass
    scratch.close()


@pytest.fixture(scope="module")
def given_cluster() -> Iterator[Server]:
    """A server with a password, as a service container has one."""
    folder = Path(tempfile.mkdtemp(prefix="assay-"))
    folder.chmod(0o755)
    with Cluster(folder / "given", EMBEDDED).running() as server:
        column(server, None, "CREATE ROLE ci SUPERUSER LOGIN PASSWORD 'geh:eim@1'")
        column(server, None, "CREATE DATABASE assay_scratch_00000001_1")
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def url(given_cluster: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    folder = given_cluster.parameters()["host"]
    text = f"postgresql+psycopg2://ci:geh%3Aeim%401@/postgres?host={folder}"
    monkeypatch.setenv("ASSAY_SCRATCH_URL", text)
    yield text
    for statement in ("DROP DATABASE IF EXISTS shop", "DROP TABLE IF EXISTS t", "ALTER ROLE ci SUPERUSER"):
        column(given_cluster, None, statement)


def test_a_given_server_is_used_and_the_others_too(url: str) -> None:
    server_of(15)
    names, notes = told("15", "14")
    assert names == [f"PostgreSQL {EMBEDDED.major} (given)", "PostgreSQL 15 (installed)"]
    assert notes[0].endswith(f"PostgreSQL {EMBEDDED.major} (given) is used instead.")


def test_a_given_servers_password_is_used_and_not_shown(url: str) -> None:
    (scratch,) = scratch_servers(Governance()).servers
    with scratch as server:
        assert server.parameters("x")["password"] == "geh:eim@1"
        assert server.url("a b").startswith("postgresql+psycopg2://ci:geh%3Aeim%401@/a%20b?")
        assert "geh" not in repr(server)
        assert column(server, None, "SELECT current_user") == ["ci"]
        assert not server.disposable


FOREIGN = {
    "other database": (
        "CREATE DATABASE shop",
        "ASSAY_SCRATCH_URL leads to a server with other databases (shop): that is no scratch server.",
    ),
    "tables": (
        "CREATE TABLE t ()",
        "ASSAY_SCRATCH_URL leads to a database with tables in it (1): that is no scratch server.",
    ),
    "no superuser": (
        "ALTER ROLE ci NOSUPERUSER",
        "ASSAY_SCRATCH_URL leads to a server on which this user is no superuser: that is no scratch server.",
    ),
}


@pytest.mark.parametrize(("statement", "message"), FOREIGN.values(), ids=FOREIGN)
def test_a_server_that_holds_anything_else_is_refused(url: str, statement: str, message: str) -> None:
    session = psycopg2.connect(url.replace("+psycopg2", ""))
    session.autocommit = True
    session.cursor().execute(statement)
    session.close()
    with pytest.raises(UsageError) as caught:
        scratch_servers(Governance())
    assert caught.value.message == message


UNUSABLE = {
    "no url": ("nonsense", UsageError, "ASSAY_SCRATCH_URL is no URL such as"),
    "half a url": (
        "postgresql://u:geheim@[h/d",
        UsageError,
        "ASSAY_SCRATCH_URL is no URL such as",
    ),
    "nobody there": ("postgresql://u:geheim@127.0.0.1:1/d", EnvironmentFailedError, "cannot be reached"),
}


@pytest.mark.parametrize(("text", "kind", "said"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_url_that_does_not_work(
    text: str, kind: type[UsageError | EnvironmentFailedError], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_SCRATCH_URL", text)
    with pytest.raises(kind) as caught:
        scratch_servers(Governance())
    assert said in caught.value.message
    assert "geh" not in caught.value.message + caught.value.advice


def test_parameters_stand_for_themselves() -> None:
    given = GivenServer(
        {"host": "h", "port": "1", "user": "u", "dbname": "d", "password": "p", "sslmode": "require"}, 16
    )
    assert given.maintenance == "d"
    assert given.url("x") == "postgresql+psycopg2://u:p@/x?host=h&port=1&sslmode=require"
    assert (
        given.conninfo("it's") == "host='h' port='1' user='u' dbname='it\\'s' password='p' sslmode='require'"
    )
