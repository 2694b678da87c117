"""Seeding, judged by PostgreSQL: every constraint is validated anew afterwards."""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from assay.scratch import Databases, Server
from assay.scratch.seeding import Seeded, seed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scratch.support import column

ROOT = Path(__file__).parents[3]
HOSTILE = (Path(__file__).parent / "hostile.sql").read_text()

VALIDATE = """
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint JOIN pg_class r ON r.oid = conrelid
             WHERE contype IN ('c', 'f') AND relkind = 'r' AND coninhcount = 0 AND conparentid = 0 LOOP
        EXECUTE format('UPDATE pg_constraint SET convalidated = false WHERE conrelid = %L::regclass AND conname = %L',
                       c.t, c.conname);
        EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', c.t, c.conname);
    END LOOP;
    FOR c IN SELECT contypid::regtype AS t, conname FROM pg_constraint WHERE contypid <> 0 AND contype = 'c' LOOP
        EXECUTE format('UPDATE pg_constraint SET convalidated = false WHERE contypid = %L::regtype AND conname = %L',
                       c.t, c.conname);
        EXECUTE format('ALTER DOMAIN %s VALIDATE CONSTRAINT %I', c.t, c.conname);
    END LOOP;
    FOR c IN SELECT oid::regclass AS t FROM pg_class WHERE relkind = 'i' AND oid >= 16384 LOOP
        EXECUTE format('REINDEX INDEX %s', c.t);
    END LOOP;
END $$
"""


def seeded(server: Server, database: str, schema: str, rows: int = 3) -> Seeded:
    """Seed `schema`; everything it did is valid."""
    column(server, database, schema)
    with server.connect(database) as session:
        result = seed(session, rows)
        assert session.autocommit
    column(server, database, VALIDATE)
    return result


def contents(server: Server, database: str, table: str) -> list[Any]:
    with server.connect(database) as session, session.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t")
        return cursor.fetchall()


IMPOSSIBLE = {
    "public.impossible": "No value was found that satisfies ((a > 0) AND (a < 0)).",
    "public.no_partition": "It has no partition.",
    "public.of_impossible": "Its foreign key of_impossible_a_fkey leads to a table without rows.",
    "public.riddle": "No value was found that satisfies (md5(answer) = 'd41d8cd98f00b204e9800998ecf8427f0'::text).",
    "public.unknown_type": "No value is known for the type pg_snapshot of its column a.",
}
FEWER = {"public.flags": 2, "public.singleton": 1}
"""No more rows fit."""
HALVES = {f"public.{name}": 6 for name in ("by_day", "by_hash", "by_list")}


ONLY_ITSELF = """
CREATE TABLE one (id int PRIMARY KEY);
INSERT INTO one VALUES (1);
CREATE TABLE c (id int PRIMARY KEY REFERENCES one, parent int NOT NULL REFERENCES c);
CREATE TABLE maybe (id int PRIMARY KEY REFERENCES one, parent int REFERENCES maybe);
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE within (
    a int REFERENCES p, b int, other int NOT NULL, PRIMARY KEY (a, b), FOREIGN KEY (a, other) REFERENCES within
);
CREATE TABLE others (id int PRIMARY KEY REFERENCES p, parent int NOT NULL REFERENCES others);
"""


def test_a_row_refers_to_itself_where_nothing_else_will_do(server: Server, ours: Databases) -> None:
    with ours.fresh() as name:
        assert seeded(server, name, ONLY_ITSELF).failed == {}
        assert contents(server, name, "c") == [("(1,1)",)]
        assert contents(server, name, "maybe") == [("(1,)",)]
        assert len(contents(server, name, "within")) == 3
        assert all(
            row not in (f"({n},{n})" for n in range(99)) for (row,) in contents(server, name, "others")
        )


def test_what_the_door_is_called_stays_a_function(server: Server, ours: Databases) -> None:
    """No module below it may have its name: importing that would put it into the function's place."""
    with ours.fresh() as name:
        seeded(server, name, "CREATE TABLE a (id int)")
    assert importlib.import_module("assay.scratch.seeding").seed is seed


def test_a_hostile_schema(server: Server, ours: Databases) -> None:
    with ours.fresh() as name, ours.fresh() as again:
        result = seeded(server, name, HOSTILE)
        assert result.failed == IMPOSSIBLE
        assert result.kept == ("public.kept",)
        others = {
            table: count for table, count in result.rows.items() if count != 3 and table != "public.of_xml"
        }
        assert others == FEWER | HALVES
        tables = set(
            column(
                server,
                name,
                "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND oid >= 16384",
            )
        )
        told = {t.removeprefix("public.") for t in (*result.rows, *result.failed, *result.kept)}
        assert told == tables - {"alembic_version"}
        assert seeded(server, again, HOSTILE) == result
        for table in result.rows:
            assert contents(server, name, table) == contents(server, again, table), "the same rows every time"


def test_nulls_and_distinct_values(server: Server, ours: Databases) -> None:
    with ours.fresh() as name:
        seeded(
            server,
            name,
            "CREATE TABLE t (a int, b text DEFAULT 'x', c numeric(8, 4), d bool NOT NULL, e date)",
        )
        rows = contents(server, name, "t")
    assert rows == [("(11,b-1,31.5678,f,2021-04-24)",), ("(12,b-2,32.6789,t,2021-04-25)",), ("(,,,f,)",)]


def test_the_reference_schema(server: Server, ours: Databases) -> None:
    with ours.fresh() as name:
        command = [sys.executable, "-m", "alembic", "upgrade", "head"]
        environment = {"DATABASE_URL": server.url(name), "PATH": "/usr/bin:/bin"}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        result = seeded(server, name, "SELECT 1")
        assert result.failed == {}
        assert set(result.rows.values()) == {3}
        assert column(server, name, "SELECT count(*) FROM alembic_version") == [1]


def test_existing_rows_and_the_session_are_left_alone(server: Server, ours: Databases) -> None:
    with ours.fresh() as name, server.connect(name) as session, session.cursor() as cursor:
        cursor.execute("CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 5000)")
        cursor.execute("CREATE SCHEMA s; CREATE TABLE s.u (a int); SET search_path = s")
        result = seed(session)
        assert (result.kept, dict(result.rows)) == (("public.t",), {"s.u": 3})
        cursor.execute("SELECT current_setting('search_path'), current_setting('session_replication_role')")
        assert cursor.fetchone() == ("s", "origin")
        session.autocommit = False
        assert seed(session).kept == ("public.t", "s.u")
        assert not session.autocommit


def test_a_check_that_fails_for_some_values(server: Server, ours: Databases) -> None:
    """Division by zero, a function of the project's that raises, one that needs the search path."""
    schema = """
        CREATE FUNCTION picky(a int) RETURNS boolean LANGUAGE plpgsql AS
            $$ BEGIN IF a < 13 THEN RAISE 'no'; END IF; RETURN a % 2 = helper(); END $$;
        CREATE FUNCTION helper() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE TABLE t (a int NOT NULL CHECK (picky(a)), b int NOT NULL, c int NOT NULL, CHECK (b / c = 2));
    """
    with ours.fresh() as name:
        assert seeded(server, name, schema).rows == {"public.t": 3}


def test_no_tables(server: Server, ours: Databases) -> None:
    with ours.fresh() as name:
        assert seeded(server, name, "SELECT 1") == Seeded({}, (), {})


def test_one_row_and_many(server: Server, ours: Databases) -> None:
    schema = (
        "CREATE TABLE t (a int PRIMARY KEY, b int CHECK (b IN (1, 2))); CREATE TABLE u (a int REFERENCES t)"
    )
    for rows in (1, 7):
        with ours.fresh() as name:
            assert seeded(server, name, schema, rows).rows == {"public.t": rows, "public.u": rows}


def test_fifty_tables_are_fast(server: Server, ours: Databases) -> None:
    each = "CREATE TABLE t{n} (id bigserial PRIMARY KEY, t{p} bigint REFERENCES t{p}, a text NOT NULL, b text, c int"
    each += " CHECK (c BETWEEN 1 AND 4), d timestamptz DEFAULT now(), e numeric(10, 2), f jsonb, g boolean NOT NULL);"
    with ours.fresh() as name:
        column(server, name, "".join(each.format(n=n, p=max(0, n - 1)) for n in range(50)))
        with server.connect(name) as session:
            begun = time.monotonic()
            result = seed(session)
            spent = time.monotonic() - begun
    assert set(result.rows.values()) == {3}
    assert spent < 2, "0.1 s alone; the machine may be busy"


TYPES = (
    "int",
    "smallint",
    "text",
    "varchar(2)",
    "char(1)",
    "numeric(4, 4)",
    "date",
    "uuid",
    "int[]",
    "daterange",
    "boolean",
)
COLUMN = st.tuples(st.sampled_from(TYPES), st.sampled_from(("", " NOT NULL", " UNIQUE", " NOT NULL UNIQUE")))
TABLE = st.tuples(
    st.lists(COLUMN, max_size=5), st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=3)
)


@given(tables=st.lists(TABLE, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_small_schema(tables: list[Any], server: Server, ours: Databases) -> None:
    """Foreign keys to any table, circles and themselves included: every table gets a row."""
    statements = []
    for number, (columns, _) in enumerate(tables):
        listed = ["id serial PRIMARY KEY", *(f"c{n} {kind}{rest}" for n, (kind, rest) in enumerate(columns))]
        statements.append(f"CREATE TABLE t{number} ({', '.join(listed)})")
    for number, (_, keys) in enumerate(tables):
        for n, (target, required) in enumerate(keys):
            rest = " NOT NULL" if required else ""
            statements.append(
                f"ALTER TABLE t{number} ADD k{n} integer{rest} REFERENCES t{target % len(tables)}"
                " DEFERRABLE INITIALLY DEFERRED"
            )
    with server.connect(_database(server, ours)) as session, session.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + ";".join(statements))
        result = seed(session)
        cursor.execute(VALIDATE)
    assert result.failed == {}
    assert len(result.rows) == len(tables)


def _database(server: Server, run: Databases) -> str:
    """One database for all examples: a new one costs more than an example."""
    name = "assay_scratch_00000000_1"
    if not server.has_database(name):
        server.create_database(name)
    return name
