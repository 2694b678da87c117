"""Reading leaves the session as it was, and sees what it should."""

from __future__ import annotations

import re
import subprocess
import sys

import psycopg2
import pytest
from assay.catalog import KINDS, Key, diff, read_catalog
from assay.scratch import LocalServer
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INTRANS, connection
from psycopg2.extras import RealDictCursor

from tests.catalog.conftest import run

SHOW = "SELECT current_setting('search_path'), current_setting('DateStyle'), current_setting('jit')"


def _one(session: connection, query: str) -> object:
    with session.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


def test_importing_needs_no_driver() -> None:
    code = "import sys, assay.catalog; print({'psycopg2', 'sqlalchemy', 'alembic'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"


def test_uncommitted_ddl_is_seen_and_the_transaction_goes_on(database: connection) -> None:
    before = read_catalog(database)
    run(
        database,
        "BEGIN; SET LOCAL search_path = other; SET LOCAL DateStyle = 'German'; CREATE TABLE public.fresh (a int)",
    )
    shown, locks = (
        _one(database, SHOW),
        _one(database, "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()"),
    )
    for _ in range(3):
        assert Key("table", "public", "fresh") in read_catalog(database)
    assert _one(database, SHOW) == shown
    assert _one(database, "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()") == locks
    assert database.info.transaction_status == TRANSACTION_STATUS_INTRANS
    run(database, "ROLLBACK")
    assert _one(database, SHOW) != shown
    assert not diff(before, read_catalog(database)).changes


def test_no_transaction_is_left_open(server: LocalServer) -> None:
    with server.connect("base") as session:
        shown = _one(session, SHOW)
        read_catalog(session)
        assert session.info.transaction_status == TRANSACTION_STATUS_IDLE
        assert _one(session, SHOW) == shown
        session.autocommit = False
        session.cursor_factory = RealDictCursor
        read_catalog(session)
        assert session.info.transaction_status == TRANSACTION_STATUS_IDLE
        session.cursor().execute("SELECT 1")
        read_catalog(session)
        assert session.info.transaction_status == TRANSACTION_STATUS_INTRANS
        session.rollback()


def test_a_failed_transaction_is_the_callers_mistake(server: LocalServer) -> None:
    with server.connect("base") as session:
        run(session, "BEGIN")
        with pytest.raises(psycopg2.errors.DivisionByZero):
            run(session, "SELECT 1/0")
        with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
            read_catalog(session)


def test_discard_all_between_readings(server: LocalServer) -> None:
    with server.connect("base") as session:
        read_catalog(session)
        first = read_catalog(session)
        run(session, "DISCARD ALL")
        assert read_catalog(session) == first


def test_what_the_tools_own_can_be_named(database: connection) -> None:
    run(database, "CREATE TABLE other.versions (a int PRIMARY KEY)")
    before = read_catalog(database, ignored_tables=["other.versions"], ignored_schemas=[])
    assert not [key for key in before if "versions" in (key.name, key.parent)]
    assert Key("table", "other", "versions") in read_catalog(database, ignored_tables=[], ignored_schemas=[])


def test_no_secret_of_a_server_is_kept(server: LocalServer) -> None:
    with server.connect("base") as session:
        found = read_catalog(session)[Key("server", "", "far")]
    assert found.attributes["foreign_options"] == ("host=far.example", "password=***")


def test_a_catalog_sorts_and_names_as_a_person_would(server: LocalServer) -> None:
    with server.connect("base") as session:
        found = read_catalog(session)
    assert list(found) == sorted(found)
    assert {str(key) for key in found} >= {
        "table companies", "column companies.name", "index ix_companies_name", "table other.things",
        "function tax(numeric, numeric)", "constraint positive.positive_check", "trigger companies.tr_companies_stamp",
    }  # fmt: skip


def test_every_attribute_is_documented(server: LocalServer) -> None:
    with server.connect("base") as session:
        found = read_catalog(session)
    assert {key.kind for key in found} == set(KINDS)
    for key, item in found.items():
        told = KINDS[key.kind].docs + (KINDS["table"].docs if key.kind == "foreign table" else "")
        undocumented = set(item.attributes) - set(re.findall(r"\w+", told)) - {"comment", "grants", "revoked"}
        assert not undocumented, key
