"""What the trace takes for known after a step is what the database holds, whatever the step did."""

from __future__ import annotations

import pytest
from assay.catalog import Catalog, read_catalog
from assay.trace import standing, trip
from assay.trace.observe import Snapshot, snapshot

from tests.rules.lab import Lab

STEPS = {
    "nothing": "pass",
    "tables": """
        op.create_table("t", sa.Column("id", sa.Integer, primary_key=True))
        op.create_index("i", "t", ["id"])
        op.rename_table("t", "u")
    """,
    "rows": "op.execute(\"INSERT INTO products (sku, title) VALUES ('x', 'y')\")",
    "a cursor of the driver's": """
        op.get_bind().connection.cursor().execute("CREATE TABLE first (a int)")
        op.execute("ALTER TABLE products ADD COLUMN x text")
        op.get_bind().connection.cursor().execute("CREATE TABLE last (a int)")
    """,
    "only a cursor of the driver's": """
        op.get_bind().connection.cursor().execute("CREATE TABLE first (a int)")
    """,
    "an engine of its own": """
        with sa.create_engine("postgresql+psycopg2://").begin() as other:
            other.exec_driver_sql("CREATE TABLE IF NOT EXISTS elsewhere (a int)")
        op.execute("CREATE TABLE t (a int)")
    """,
    "a connection of its own, taken raw": """
        raw = sa.create_engine("postgresql+psycopg2://").raw_connection()
        raw.cursor().execute("CREATE TABLE IF NOT EXISTS elsewhere (a int)")
        raw.commit()
        raw.close()
    """,
    "a savepoint, rolled back": """
        op.execute("CREATE TABLE kept (a int)")
        nested = op.get_bind().begin_nested()
        op.execute("CREATE TABLE t (a int)")
        op.execute("ALTER TABLE kept ADD b int")
        nested.rollback()
    """,
    "a savepoint of its own, rolled back": """
        op.execute("SAVEPOINT own")
        op.execute("CREATE TABLE t (a int)")
        op.execute("ROLLBACK TO own")
        op.execute("CREATE TABLE u (a int)")
    """,
    "an autocommit block": """
        op.execute("CREATE TABLE t (a int)")
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY i ON t (a)")
            op.get_bind().connection.cursor().execute("CREATE TABLE u (a int)")
        op.execute("ALTER TABLE t ADD b int")
    """,
    "a commit of its own": """
        op.execute("CREATE TABLE t (a int)")
        op.execute("COMMIT")
        op.execute("CREATE TABLE u (a int)")
    """,
    "a trigger that waits for the commit": """
        op.execute("CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS"
                   " $$ BEGIN CREATE TABLE made_late (a int); RETURN NULL; END $$")
        op.execute("CREATE TABLE t (a int)")
        op.execute("CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
                   " FOR EACH ROW EXECUTE FUNCTION late()")
        op.execute("INSERT INTO t VALUES (1)")
    """,
    "a block that catches its own error": """
        op.execute('''DO $$ BEGIN CREATE TABLE gone (a int); RAISE 'no';
                      EXCEPTION WHEN OTHERS THEN ALTER TABLE products ADD o int; END $$''')
    """,
    "another schema": """
        op.execute("CREATE SCHEMA other")
        op.execute("ALTER TABLE products SET SCHEMA other")
        op.execute("ALTER SCHEMA other RENAME TO another")
    """,
    "a type": """
        op.execute("CREATE TYPE mood AS ENUM ('sad')")
        op.execute("ALTER TABLE products ADD mood mood DEFAULT 'sad'")
    """,
    "a rewrite, a truncation, a drop": """
        op.execute("ALTER TABLE products ADD big double precision DEFAULT random()")
        op.execute("TRUNCATE order_items")
        op.execute("DROP TABLE order_items")
    """,
    "an error": """
        op.execute("CREATE TABLE t (a int)")
        op.execute("SELECT 1 / 0")
    """,
}
"""The upgrade; each is run with a downgrade that does the same, and one that does nothing."""


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Holds every state against the database; has an entry for each time that all of it was read."""
    full: list[str] = []
    state = trip.Traveller._state

    def held(self: trip.Traveller) -> tuple[Catalog, Snapshot]:
        if self._known is None:
            full.append("state")
        catalog, seen = state(self)
        now = read_catalog(self._own, ignored_tables=(self._version_table,))
        with self._own.cursor() as cursor:
            there = snapshot(cursor)
        assert list(catalog) == list(now)
        assert [key for key in now if not catalog[key].is_exactly(now[key])] == []
        assert seen.relations == there.relations
        return catalog, seen

    def counted(session: object, ignored_tables: tuple[str, ...]) -> Catalog:
        full.append("statement")
        return read_catalog(session, ignored_tables=ignored_tables)

    monkeypatch.setattr(trip.Traveller, "_state", held)
    monkeypatch.setattr(standing, "read_catalog", counted)
    return full


@pytest.mark.parametrize("downgrade", ["pass", "same"])
@pytest.mark.parametrize("name", STEPS)
def test_what_is_known_is_there(lab: Lab, reads: list[str], name: str, downgrade: str) -> None:
    upgrade = STEPS[name]
    lab.try_out(upgrade, upgrade if downgrade == "same" else downgrade, before="op.execute('SELECT 1')")


def test_nothing_is_read_in_full_but_the_beginning(lab: Lab, reads: list[str]) -> None:
    down = 'op.drop_table("t")'
    lab.try_out('op.create_table("t", sa.Column("id", sa.Integer, primary_key=True))', down, together=True)
    assert reads == ["state"]
