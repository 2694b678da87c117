"""Throwaway databases and templates: copies, uses, pruning, clearing up."""

from __future__ import annotations

import psycopg2
import pytest
from assay.errors import EnvironmentFailedError
from assay.scratch import Databases, LocalServer, Server
from assay.scratch import databases as module
from assay.scratch.names import run_of, scratch_name, template_name

from tests.scratch.support import column, databases, eventually, start_python

RUN = """
import sys, time
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server
with local_server(find_binaries({major})) as server, Databases(server) as databases, databases.fresh() as name:
    {action}
    print(name, flush=True)
    sys.stdin.read()
"""


def test_names() -> None:
    assert run_of(scratch_name(7, 12)) == 7
    assert run_of("assay_template_x") is run_of("assay_scratch_zz_1") is None
    assert len(template_name("k")) <= 63
    assert template_name("k") != template_name("l")


def test_a_database_is_there_and_gone(server: Server, ours: Databases) -> None:
    with ours.fresh() as name:
        assert column(server, name, "SHOW server_encoding") == ["UTF8"]
        assert column(server, None, f"SELECT datcollate FROM pg_database WHERE datname = '{name}'") == ["C"]
        left = psycopg2.connect(server.conninfo(name))
    assert name not in databases(server)
    left.close()


def test_settings_that_make_runs_repeatable(server: Server, ours: Databases) -> None:
    wanted = {"autovacuum": "off", "jit": "off", "TimeZone": "UTC", "track_counts": "on", "fsync": "off"}
    with ours.fresh() as name:
        assert {key: column(server, name, f"SHOW {key}")[0] for key in wanted} == wanted


def test_a_template_keeps_a_state(server: Server, ours: Databases) -> None:
    assert ours.template("state") is None
    with ours.fresh() as first:
        column(server, first, "CREATE TABLE kept ()")
        left = psycopg2.connect(server.conninfo(first))  # a pool that env.py did not close
        name = ours.save_template("state", first)
        left.close()
    assert ours.template("state") == name
    with ours.fresh(name) as one, ours.fresh(name) as two:
        assert column(server, one, "SELECT count(*) FROM kept") == [0]
        assert one != two
    with pytest.raises(psycopg2.OperationalError, match="not currently accepting connections"):
        psycopg2.connect(server.conninfo(name))
    with Databases(server) as later, later.fresh() as other:
        assert later.save_template("state", other) == name, "the first one stays"
        with later.fresh(name) as copy:
            assert column(server, copy, "SELECT to_regclass('kept') IS NOT NULL") == [True]


def test_the_least_recently_used_template_goes(
    server: Server, ours: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in databases(server):
        if "template" in name:
            server.drop_database(name)
    monkeypatch.setattr(module, "TEMPLATES_KEPT", 2)
    with ours.fresh() as state:
        for key in ("a", "b"):
            ours.save_template(key, state)
        assert ours.template("a")
        ours.save_template("c", state)
        assert [ours.template(key) is not None for key in "abc"] == [True, False, True]


def test_what_a_killed_run_left_is_dropped_and_the_living_are_not(server: Server, ours: Databases) -> None:
    code = RUN.format(major=server.major, action="")
    killed, alive = start_python(code), start_python(code)
    assert killed.stdout is not None
    assert alive.stdout is not None
    gone, kept = killed.stdout.readline().strip(), alive.stdout.readline().strip()
    killed.kill()
    killed.communicate()

    def swept() -> bool:
        with Databases(server):
            return gone not in databases(server)

    with ours.fresh() as own:
        assert eventually(swept)
        assert {own, kept} <= set(databases(server))
    alive.communicate("")
    assert kept not in databases(server)


def test_two_processes_make_the_same_template_at_once(server: Server, ours: Databases) -> None:
    code = RUN.format(major=server.major, action="databases.save_template('both', name)")
    both = [start_python(code) for _ in range(2)]
    for process in both:
        process.communicate("", timeout=30)
        assert process.returncode == 0
    assert ours.template("both")
    assert [n for n in databases(server) if run_of(n) is not None] == []


def test_an_empty_beginning_has_no_roles(server: Server, ours: Databases) -> None:
    assert eventually(lambda: ours._runs() == {ours._run})  # what an earlier test ended is really gone
    with ours.fresh() as name:
        column(
            server,
            name,
            "CREATE ROLE made_by_revision; CREATE TABLE t (); GRANT ALL ON t TO made_by_revision",
        )
        ours.save_template("with role", name)
    with ours.fresh(ours.template("with role")) as name:
        column(server, name, "GRANT DELETE ON t TO made_by_revision")
    with ours.fresh() as name:
        column(server, name, "CREATE ROLE made_by_revision")
        assert ours.template("with role") is None
    with ours.fresh():
        assert column(server, None, "SELECT 1 FROM pg_roles WHERE rolname LIKE 'made%'") == []


def test_a_server_that_died_is_told(server: Server) -> None:
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with Databases(server) as run:
        column(server, None, query)
        with pytest.raises(EnvironmentFailedError, match="The scratch server ended"):
            run.fresh().__enter__()


def test_a_server_that_is_not_there_is_told(server: Server) -> None:
    assert isinstance(server, LocalServer)
    nowhere = LocalServer(server.socket_folder / "nowhere", server.binaries)
    with pytest.raises(EnvironmentFailedError, match="The scratch server ended"), Databases(nowhere):
        pass


def test_postgresql_14_has_no_strategy(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    statements: list[str] = []
    monkeypatch.setattr(LocalServer, "major", 14)
    monkeypatch.setattr(
        LocalServer, "_run", lambda self, statement, *names, session: statements.append(statement)
    )
    server.create_database("x")
    server.create_database("x", "y")
    assert statements == [
        "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
        "CREATE DATABASE {} TEMPLATE {}",
    ]
