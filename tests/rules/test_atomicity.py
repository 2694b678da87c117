"""Rules about whether a revision runs, as one piece, and once more after it failed."""

from __future__ import annotations

import ast

import pytest
from assay.rules.data._words import drop_index

from .lab import Lab

GROUP = "atomicity"


def sql(*statements: str) -> str:
    """The body of an upgrade that executes these."""
    return "\n".join(f"op.execute({statement!r})" for statement in statements)


def autocommit(*statements: str) -> str:
    return "with op.get_context().autocommit_block():\n    " + sql(*statements).replace("\n", "\n    ")


CONCURRENTLY = "CREATE INDEX CONCURRENTLY i ON orders (placed_at)"
DROPPED = "DROP INDEX CONCURRENTLY IF EXISTS i"

NOTHING = {
    "one that is built once more": autocommit(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (placed_at)", "REINDEX INDEX CONCURRENTLY i"
    ),
    "one that is looked at": autocommit(
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_index WHERE NOT indisvalid) THEN RAISE 'invalid'; END IF; END $$",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (placed_at)",
    ),
    "work that blocks nobody before something else": (
        autocommit("REINDEX INDEX CONCURRENTLY pk_orders") + "\n" + sql("ALTER TABLE orders ADD x int")
    ),
    "one that can be run again": autocommit(DROPPED, CONCURRENTLY),
    "a unique one that can be run again": autocommit(
        "DROP INDEX CONCURRENTLY IF EXISTS u", "CREATE UNIQUE INDEX CONCURRENTLY u ON products (sku)"
    ),
    "several in one transaction": sql(
        "CREATE TABLE t (id int)", "CREATE TYPE e AS ENUM ('a')", "ALTER TABLE t ADD COLUMN e e"
    ),
    "an enum value, and then its use": (
        autocommit("ALTER TYPE customer_status ADD VALUE IF NOT EXISTS 'gone'")
        + "\n"
        + sql("ALTER TABLE customers ALTER status SET DEFAULT 'gone'")
    ),
    "an index that can be built again, and the constraint of it": (
        autocommit(
            "DROP INDEX CONCURRENTLY IF EXISTS u", "CREATE UNIQUE INDEX CONCURRENTLY u ON products (sku)"
        )
        + "\n"
        + sql("ALTER TABLE products ADD CONSTRAINT u UNIQUE USING INDEX u")
    ),
    "settings around a block": (
        sql("SET LOCAL lock_timeout = '5s'")
        + "\n"
        + autocommit("SET lock_timeout = '5s'", DROPPED, CONCURRENTLY)
    ),
    "VACUUM and ANALYZE": autocommit("VACUUM orders", "ANALYZE orders", "VACUUM products"),
    "batches": autocommit(
        "UPDATE orders SET note = 'x' WHERE id <= 1", "UPDATE orders SET note = 'x' WHERE id > 1"
    ),
    "what says IF [NOT] EXISTS": autocommit(
        "ALTER TABLE orders ADD COLUMN IF NOT EXISTS x int, DROP COLUMN IF EXISTS note",
        "CREATE TABLE IF NOT EXISTS t (id int)",
        "CREATE SEQUENCE IF NOT EXISTS s",
        "CREATE SCHEMA IF NOT EXISTS n",
        "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE OR REPLACE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE OR REPLACE VIEW v AS SELECT 1 AS one",
        "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING",
        "ALTER TABLE orders ALTER referrer_id SET DEFAULT 1",
        "COMMENT ON TABLE orders IS 'x'",
        "GRANT SELECT ON orders TO public",
        "DROP TRIGGER IF EXISTS t ON orders",
    ),
    "a type and a constraint that are dropped first": autocommit(
        "DROP TYPE IF EXISTS e",
        "CREATE TYPE e AS ENUM ('a')",
        "ALTER TABLE orders DROP CONSTRAINT IF EXISTS c",
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID",
        "ANALYZE orders",
        "COMMENT ON TABLE orders IS 'x'",
    ),
    "data that some other rows would refuse": sql(
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (total IS NULL)"
    ),
    "an error that the revision catches": (
        "bind = op.get_bind()\n"
        "try:\n"
        "    with bind.begin_nested():\n"
        "        bind.exec_driver_sql('SELECT nothing FROM nowhere')\n"
        "except sa.exc.ProgrammingError:\n"
        "    op.execute('CREATE TABLE nowhere ()')"
    ),
}


@pytest.mark.parametrize("upgrade", NOTHING.values(), ids=NOTHING.keys())
def test_what_is_whole(lab: Lab, upgrade: str) -> None:
    judged = lab.try_out(upgrade)
    assert judged.tracing.trips["tried"].upgrade.error is None
    assert judged.told(GROUP) == []


FAILS = ["failing-statement(error)"]
MIXED = ["mixed-transactions(error)"]
AGAIN = ["unrepeatable-revision(warning)"]
INVALID = ["unhandled-invalid-index(warning)"]
PLAIN = ["unhandled-invalid-index(note)"]

FOUND = {
    "CONCURRENTLY in a transaction": (sql(CONCURRENTLY), FAILS),
    "an enum value used at once": (
        sql(
            "ALTER TYPE customer_status ADD VALUE 'gone'",
            "ALTER TABLE customers ALTER status SET DEFAULT 'gone'",
        ),
        FAILS,
    ),
    "a syntax error": (sql("ALTER TABEL orders ADD x int"), FAILS),
    "rows of its own that no table would take": (
        sql("INSERT INTO products VALUES (DEFAULT, 'a', 'b', -1)"),
        FAILS,
    ),
    "a missing extension": (sql("CREATE EXTENSION postgis"), ["failing-statement(warning)"]),
    "one concurrent index, as everybody writes it": (autocommit(CONCURRENTLY), PLAIN),
    "work that a second run would do again": (
        sql("REINDEX TABLE orders", "CLUSTER orders USING pk_orders")
        + "\n"
        + autocommit("VACUUM FULL customers"),
        ["mixed-transactions(warning)"],
    ),
    "a column and then an index": (
        sql("ALTER TABLE orders ADD x int") + "\n" + autocommit(DROPPED, CONCURRENTLY),
        MIXED,
    ),
    "an index and then a column": (
        autocommit(CONCURRENTLY) + "\n" + sql("ALTER TABLE orders ADD x int"),
        MIXED,
    ),
    "an enum value that cannot be added twice": (
        autocommit("ALTER TYPE customer_status ADD VALUE 'gone'")
        + "\n"
        + sql("ALTER TABLE customers ALTER status SET DEFAULT 'gone'"),
        MIXED,
    ),
    "a COMMIT of its own": (
        sql("ALTER TABLE orders ADD x int", "COMMIT", "ALTER TABLE orders ADD y int"),
        MIXED,
    ),
    "rows before a block": (
        sql("INSERT INTO products VALUES (DEFAULT, 'a', 'b', 1)") + "\n" + autocommit(CONCURRENTLY),
        MIXED + PLAIN,
    ),
    "a column and then a failure": (
        sql("ALTER TABLE orders ADD x int")
        + "\n"
        + autocommit("CREATE INDEX CONCURRENTLY i ON orders (nope)"),
        [*FAILS, *MIXED],
    ),
    "two indexes": (autocommit(CONCURRENTLY, "CREATE INDEX CONCURRENTLY j ON orders (note)"), AGAIN + PLAIN),
    "three columns": (
        autocommit(
            "ALTER TABLE orders ADD x int", "ALTER TABLE orders ADD y int", "ALTER TABLE orders ADD z int"
        ),
        AGAIN * 2,
    ),
    "a renaming and more": (
        autocommit("ALTER TABLE orders RENAME note TO remark", "COMMENT ON TABLE orders IS 'x'"),
        AGAIN,
    ),
    "IF NOT EXISTS over an invalid index": (
        autocommit("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (placed_at)"),
        INVALID,
    ),
    "a unique index": (autocommit("CREATE UNIQUE INDEX CONCURRENTLY u ON products (sku)"), INVALID),
    "a unique index after the wrong DROP": (
        autocommit(
            "DROP INDEX CONCURRENTLY IF EXISTS other", "CREATE UNIQUE INDEX CONCURRENTLY u ON products (sku)"
        ),
        INVALID,
    ),
}


@pytest.mark.parametrize(("upgrade", "expected"), FOUND.values(), ids=FOUND.keys())
def test_what_is_not(lab: Lab, upgrade: str, expected: list[str]) -> None:
    assert sorted(lab.try_out(upgrade).told(GROUP)) == sorted(expected)


REMEDIES = {
    "25001": (
        sql(CONCURRENTLY),
        f"with op.get_context().autocommit_block():\n    {drop_index('i', 'orders')}",
    ),
    "55P04": (
        sql("ALTER TYPE customer_status ADD VALUE 'gone'", "SELECT 'gone'::customer_status"),
        "ADD VALUE IF NOT EXISTS 'gone'",
    ),
    "42710": (sql("CREATE TYPE customer_status AS ENUM ('a')"), 'name="customer_status", create_type=False'),
    "42P07": (sql("CREATE TABLE orders (id int)"), "CREATE TABLE IF NOT EXISTS orders"),
    "42701": (sql("ALTER TABLE orders ADD note text"), "ADD COLUMN IF NOT EXISTS note"),
    "42P01": (sql("ALTER TABLE nowhere ADD x int"), "No earlier revision makes it."),
    "42703": (sql("ALTER TABLE orders DROP nothing"), "No earlier revision makes it."),
    "42704": (sql("DROP INDEX nothing"), "No earlier revision makes it."),
    "42P06": (sql("CREATE SCHEMA billing"), "CREATE SCHEMA IF NOT EXISTS billing"),
    "2BP01": (
        sql("DROP TABLE products"),
        "Drop constraint fk_order_items_product_id on table order_items first",
    ),
    "42804": (sql("ALTER TABLE orders ALTER note TYPE int"), 'postgresql_using="note::integer"'),
    "42830": (
        sql("ALTER TABLE orders ADD FOREIGN KEY (referrer_id) REFERENCES products (weight)"),
        "UNIQUE or PRIMARY KEY",
    ),
    "0A000": (
        sql("ALTER TABLE customers ALTER email TYPE text"),
        'op.execute("DROP VIEW active_customers")\nop.execute(',
    ),
    "42601": (sql("SELEC 1"), "mend the statement"),
    "23514": (sql("INSERT INTO products VALUES (1, 'a', 'b', -1)"), "Mend the statement's own values"),
}


@pytest.mark.parametrize(("state", "case"), REMEDIES.items(), ids=REMEDIES.keys())
def test_the_remedy_is_that_of_the_error(lab: Lab, state: str, case: tuple[str, str]) -> None:
    upgrade, expected = case
    found = lab.try_out(upgrade).only("failing-statement")
    assert f"({state})" in found.message
    assert expected in found.advice


def test_a_statement_that_waits_for_deferred_checks(lab: Lab) -> None:
    before = sql(
        "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (referrer_id) REFERENCES customers"
        " DEFERRABLE INITIALLY DEFERRED"
    )
    write = "UPDATE orders SET referrer_id = customer_id, total = total + 1"
    judged = lab.try_out(sql(write, "ALTER TABLE orders ADD x int"), before=before)
    found = judged.only("failing-statement")
    assert "(55006)" in found.message
    better = sql(write, "SET CONSTRAINTS ALL IMMEDIATE", "ALTER TABLE orders ADD x int")
    assert 'op.execute("SET CONSTRAINTS ALL IMMEDIATE")' in found.advice
    assert lab.try_out(better, before=before).told(GROUP) == []


@pytest.mark.parametrize("state", ["25001", "55P04", "0A000"])
def test_the_remedy_runs(lab: Lab, state: str) -> None:
    advice = lab.try_out(REMEDIES[state][0]).only("failing-statement").advice
    body = advice[advice.index("with op" if state != "0A000" else "op.execute") :]
    ast.parse(body)
    judged = lab.try_out(body)
    assert judged.tracing.trips["tried"].upgrade.error is None
    assert judged.told(GROUP) == []


def test_a_refusal_of_synthetic_rows_behind_a_commit_is_no_failure(lab: Lab) -> None:
    upgrade = autocommit("CREATE TABLE t ()", "ALTER TABLE orders ADD CHECK (total IS NULL)")
    judged = lab.try_out(upgrade)
    assert "failing-statement(error)" not in judged.told(GROUP)
    assert judged.tracing.trips["tried"].upgrade.seeds == "none"


SPLIT = """\
op.add_column("orders", sa.Column("source", sa.Text()))
for column in ("source", "note"):
    op.alter_column("orders", column, comment="x")
with op.get_context().autocommit_block():
    op.create_index(
        "i", "orders", ["source"], postgresql_concurrently=True
    )
"""


def test_mixed_work_is_split_where_it_is_mixed(lab: Lab) -> None:
    assert lab.try_out(SPLIT).only("mixed-transactions").advice == (
        "Several revisions, each of which is done or not done:\n\n"
        "# 1. this revision\n"
        'op.add_column("orders", sa.Column("source", sa.Text()))\n'
        'for column in ("source", "note"):\n'
        '    op.alter_column("orders", column, comment="x")\n\n'
        "# 2. the next one\n"
        "with op.get_context().autocommit_block():\n"
        f"    {drop_index('i', 'orders')}\n"
        "    op.create_index(\n"
        '        "i", "orders", ["source"], postgresql_concurrently=True\n'
        "    )"
    )


FORMS = {
    "a column": ("ALTER TABLE orders ADD x int", "ADD COLUMN IF NOT EXISTS x"),
    "a table": ("CREATE TABLE t (id int)", "CREATE TABLE IF NOT EXISTS t"),
    "a function": (
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION f",
    ),
    "an index": (CONCURRENTLY, drop_index("i", "orders")),
    "a type": ("CREATE TYPE e AS ENUM ('a')", "Put it into a revision of its own"),
}


@pytest.mark.parametrize(("statement", "form"), FORMS.values(), ids=FORMS.keys())
def test_the_form_that_can_be_run_again(lab: Lab, statement: str, form: str) -> None:
    upgrade = autocommit(statement, "COMMENT ON TABLE orders IS 'x'")
    assert form in lab.try_out(upgrade).only("unrepeatable-revision").advice
