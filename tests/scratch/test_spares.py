"""A run's database is used again: with the files of its template, and only where nothing else is left of it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from assay.scratch import Databases, Server, find_binaries, holdings
from assay.scratch.choice import local_server, scratch_cluster
from assay.scratch.pidfile import PidFile
from assay.scratch.spares import FILE_NAME, KEPT, Spare, Spares

from tests.scratch.support import column, databases

SCHEMA = """
    CREATE TABLE kept (id serial PRIMARY KEY, note text);
    INSERT INTO kept (note) SELECT repeat('x', 3000) FROM generate_series(1, 20);
    CREATE TABLE dropped (); CREATE VIEW seen AS SELECT id FROM kept; CREATE TYPE mood AS ENUM ('good');
"""
WORK = """
    INSERT INTO kept (note) SELECT 'new' FROM generate_series(1, 5000);
    DROP TABLE dropped; DROP VIEW seen; ALTER TYPE mood ADD VALUE 'bad'; CREATE TABLE made (id int);
    ALTER TABLE kept ALTER id TYPE bigint; CREATE INDEX ON kept (note); VACUUM FULL pg_attribute;
    ANALYZE; VACUUM (FREEZE) kept;
"""
STATE = """
    SELECT (SELECT count(*) || ' ' || max(id) FROM kept) || ' ' || (SELECT last_value FROM kept_id_seq)
           || (SELECT string_agg(relname || relfilenode, ' ' ORDER BY oid) FROM pg_class WHERE oid >= 16384)
           || (SELECT string_agg(enumlabel, ' ') FROM pg_enum)
           || (SELECT string_agg(attname || atttypid, ' ' ORDER BY attrelid, attnum) FROM pg_attribute)
"""


@contextmanager
def run() -> Iterator[Databases]:
    with local_server(find_binaries()) as server, Databases(server) as entered:
        yield entered


def oid(server: Server, name: str) -> int:
    (found,) = column(server, None, f"SELECT oid::bigint FROM pg_database WHERE datname = '{name}'")
    return int(found)


def spares() -> list[Spare]:
    return Spares(scratch_cluster(find_binaries(), "embedded").data).all()


@pytest.fixture
def template(cache: Path) -> str:
    """A template with something in it, and a spare of it."""
    with run() as ours:
        with ours.fresh() as name:
            for statement in SCHEMA.split(";"):
                column(ours.server, name, statement) if statement.strip() else None
            made = ours.save_template("state", name)
        with ours.fresh(made):
            pass
    return made


def test_the_next_run_finds_it_as_its_template_is(template: str) -> None:
    seen, oids = set(), set()
    for _ in range(3):
        with run() as ours, ours.fresh(template) as name:
            oids.add(oid(ours.server, name))
            seen.add(column(ours.server, name, STATE)[0])
            for statement in WORK.split(";"):
                column(ours.server, name, statement) if statement.strip() else None
            assert column(ours.server, name, STATE)[0] not in seen
            assert column(ours.server, name, "SHOW work_mem") == ["4MB"]
            column(ours.server, None, f"ALTER DATABASE {name} SET work_mem = '5MB'")
    assert len(oids) == len(seen) == 1
    assert [spare.template for spare in spares() if spare.ready] == ["template0", template]


def test_an_empty_one_is_used_again_too(cache: Path) -> None:
    oids = set()
    for _ in range(2):
        with run() as ours, ours.fresh() as name:
            oids.add(oid(ours.server, name))
            column(ours.server, name, "CREATE TABLE made_by_revision ()")
            assert column(ours.server, name, "SHOW server_encoding") == ["UTF8"]
    assert len(oids) == 1


def test_it_is_used_once_while_a_server_runs(template: str) -> None:
    with run() as ours:
        with ours.fresh(template) as first:
            column(ours.server, first, "DROP TABLE kept CASCADE")
        with ours.fresh(template) as second, ours.fresh(template) as third:
            for name in (second, third):
                assert column(ours.server, name, "SELECT count(*) FROM kept") == [20]
    assert len(spares()) == KEPT


@pytest.mark.parametrize(
    "statement",
    [
        "GRANT SELECT ON kept TO pg_monitor; CREATE ROLE kin; GRANT SELECT ON kept TO kin",
        "COMMENT ON DATABASE {} IS 'of mine'",
        "ALTER DATABASE {} CONNECTION LIMIT 7",
        "GRANT CONNECT ON DATABASE {} TO pg_monitor",
        "ALTER ROLE assay IN DATABASE {} SET work_mem = '6MB'",
    ],
)
def test_what_is_left_elsewhere_makes_it_useless(statement: str, template: str) -> None:
    with run() as ours:
        with ours.fresh(template) as name:
            before = oid(ours.server, name)
            column(ours.server, name, statement.format(name))
        assert template not in [spare.template for spare in spares()]
    with run() as ours, ours.fresh(template) as name:
        assert oid(ours.server, name) != before


def test_a_crash_makes_it_useless(template: str) -> None:
    cluster = scratch_cluster(find_binaries(), "embedded")
    with run() as ours:
        with ours.fresh(template) as name:
            column(ours.server, name, "DROP TABLE kept CASCADE")
        found = PidFile.read(cluster.data)
        assert found is not None
        os.kill(found.pid, signal.SIGQUIT)  # it goes without writing anything, and takes its pid file along
    assert not any(spare.ready for spare in spares() if spare.template == template)
    with run() as ours:
        assert {spare.name for spare in spares()} == {n for n in databases(ours.server) if "spare" in n}
        with ours.fresh(template) as name:
            assert column(ours.server, name, "SELECT count(*) FROM kept") == [20]


def test_those_of_other_templates_go(template: str) -> None:
    with run() as ours:
        for key in "abc":
            with ours.fresh(template) as name:
                made = ours.save_template(key, name)
            with ours.fresh(made):
                pass
        assert len([name for name in databases(ours.server) if "spare" in name]) == KEPT
    assert len(spares()) == KEPT
    (held,) = holdings.holdings()
    assert held.databases == 4


@pytest.mark.parametrize("text", ["", "{", "[1]", '[["assay_spare_0_1", 1, "template0", 4, true]]'])
def test_a_broken_list_is_none(text: str, template: str) -> None:
    (scratch_cluster(find_binaries(), "embedded").data / FILE_NAME).write_text(text)
    with run() as ours, ours.fresh(template) as name:
        assert column(ours.server, name, "SELECT count(*) FROM kept") == [20]
