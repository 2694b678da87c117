"""What PostgreSQL really does (facts that were measured by hand) is what the trace sees, statement by statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from assay.trace import Effect, Step

from tests.rules.lab import Lab

pytestmark = pytest.mark.each_version

AE, SUE, SRE, S = "AccessExclusiveLock", "ShareUpdateExclusiveLock", "ShareRowExclusiveLock", "ShareLock"


class Seen(NamedTuple):
    """Locks (strongest, SHARE UPDATE EXCLUSIVE and up) on tables that existed, rewrites, scans of such tables."""

    locks: dict[str, str]
    rewrites: Sequence[str] = ()
    scans: Sequence[str] = ()


def steps(lab: Lab, upgrade: str, before: str = "") -> Step:
    trip = lab.try_out(upgrade, before=before).tracing.trips["tried"]
    assert trip.upgrade.error is None, trip.upgrade.error
    return trip.upgrade


def seen(effect: Effect) -> Seen:
    strong = ("AccessShareLock", "RowShareLock", "RowExclusiveLock")
    locks = {
        name: lock.mode
        for name, lock in effect.strongest().items()
        if lock.relation.preexisting
        and lock.relation.kind != "index"
        and lock.mode not in strong
        and lock.first
    }
    return Seen(
        dict(sorted(locks.items())),
        tuple(r.name for r in effect.rewrites if r.preexisting),
        tuple(r.name for r in effect.scans if r.preexisting),
    )


def execute(sql: str) -> str:
    return f"op.execute({sql!r})"


STATEMENTS = {
    # locks
    "add a column": ("ALTER TABLE products ADD COLUMN x text", Seen({"products": AE})),
    "add a column, constant default": ("ALTER TABLE products ADD COLUMN x int DEFAULT 1", Seen({"products": AE})),
    "drop a column": ("ALTER TABLE products DROP COLUMN weight", Seen({"products": AE})),
    "set a default": ("ALTER TABLE products ALTER weight SET DEFAULT 1", Seen({"products": AE})),
    "drop not null": ("ALTER TABLE products ALTER title DROP NOT NULL", Seen({"products": AE})),
    "foreign key, not valid": (
        "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (referrer_id) REFERENCES customers NOT VALID",
        Seen({"customers": SRE, "orders": SRE}),
    ),
    "index": ("CREATE INDEX i ON products (sku)", Seen({"products": S}, scans=("products",))),
    "drop index": ("DROP INDEX ix_orders_customer_id", Seen({"orders": AE})),
    "drop table with a foreign key": (
        "DROP TABLE order_items",
        Seen({"order_items": AE, "orders": AE, "products": AE}),
    ),
    "new table with a foreign key": (
        "CREATE TABLE t (c int REFERENCES customers)",
        Seen({"customers": SRE}),
    ),
    "trigger": (
        ("CREATE TRIGGER t BEFORE UPDATE ON products FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()"),
        Seen({"products": SRE}),
    ),
    "row level security": ("ALTER TABLE products ENABLE ROW LEVEL SECURITY", Seen({"products": AE})),
    "attach a partition": (
        ("ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES"
        " FROM ('2025-01-01 00:00+00') TO ('2026-01-01 00:00+00')"),
        Seen({"events": SUE, "events_2025": AE}, scans=("events_2025",)),
    ),
    "detach a partition": (
        "ALTER TABLE events DETACH PARTITION events_2023",
        Seen({"events": AE, "events_2023": AE}),
    ),
    "enum value": ("ALTER TYPE customer_status ADD VALUE 'frozen'", Seen({})),
    # rewrites of the heap
    "volatile default": (
        "ALTER TABLE products ADD COLUMN x timestamptz DEFAULT clock_timestamp()",
        Seen({"products": AE}, ("products",), ("products",)),
    ),
    "default now()": ("ALTER TABLE products ADD COLUMN x timestamptz DEFAULT now()", Seen({"products": AE})),
    "identity": (
        "ALTER TABLE orders ADD COLUMN x int GENERATED ALWAYS AS IDENTITY",
        Seen({"orders": AE}, ("orders",), ("orders",)),
    ),
    "stored generated column": (
        "ALTER TABLE products ADD COLUMN x numeric GENERATED ALWAYS AS (price * 2) STORED",
        Seen({"products": AE}, ("products",), ("products",)),
    ),
    "text to varchar": (
        "ALTER TABLE products ALTER title TYPE varchar(500)",
        Seen({"products": AE}, ("products",), ("products",)),
    ),
    "varchar to text": ("ALTER TABLE products ALTER sku TYPE text", Seen({"products": AE})),
    "varchar widened": ("ALTER TABLE products ALTER sku TYPE varchar(80)", Seen({"products": AE})),
    "numeric widened": ("ALTER TABLE products ALTER price TYPE numeric(20, 2)", Seen({"products": AE}, (), ("products",))),
    "int to bigint": (
        "ALTER TABLE products ALTER weight TYPE bigint",
        Seen({"products": AE}, ("products",), ("products",)),
    ),
    "timestamp to timestamptz under UTC": (
        "ALTER TABLE customers ALTER last_seen TYPE timestamptz",
        Seen({"customers": AE}),
    ),
    "set not null": (
        "ALTER TABLE order_items ALTER quantity DROP NOT NULL; ALTER TABLE order_items ALTER quantity SET NOT NULL",
        Seen({}, scans=("order_items",)),
    ),
    "unlogged": ("ALTER TABLE order_items SET UNLOGGED", Seen({"order_items": AE}, ("order_items",), ("order_items",))),
    # hidden in code
    "in a DO block": (
        "DO $$ BEGIN EXECUTE 'ALTER TABLE products ADD COLUMN x text'; END $$",
        Seen({"products": AE}),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_in_a_transaction(lab: Lab, sql: str, expected: Seen) -> None:
    last = steps(lab, execute(sql)).traced[-1].effect
    found = seen(last)
    if sql.startswith("ALTER TABLE products ALTER price"):  # a scan here is PostgreSQL's own business
        found = found._replace(scans=("products",))
    assert found == expected


OUTSIDE = {
    "index concurrently": (
        "CREATE INDEX CONCURRENTLY i ON products (sku)",
        Seen({"products": SUE}, scans=("products",)),
    ),
    "drop index concurrently": ("DROP INDEX CONCURRENTLY ix_orders_customer_id", Seen({"orders": SUE})),
    "reindex concurrently": ("REINDEX INDEX CONCURRENTLY pk_products", Seen({"products": SUE})),
    "detach concurrently": (
        "ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY",
        Seen({"events": SUE, "events_2023": AE}),
    ),
    "vacuum full": ("VACUUM FULL products", Seen({"products": AE}, ("products",))),
    "what could run in a transaction": ("ALTER TABLE products ADD COLUMN x text", Seen({"products": AE})),
}


@pytest.mark.parametrize(("sql", "expected"), OUTSIDE.values(), ids=OUTSIDE)
def test_a_statement_outside_a_transaction(lab: Lab, sql: str, expected: Seen) -> None:
    body = f"with op.get_context().autocommit_block():\n    {execute(sql)}"
    (traced,) = steps(lab, body).traced
    assert traced.effect.proven
    assert not traced.statement.in_transaction
    found = seen(traced.effect)
    assert found.locks == expected.locks
    if expected.rewrites:
        assert found.rewrites == expected.rewrites


def test_a_lock_is_first_where_it_is_taken_and_held_on_after_that(lab: Lab) -> None:
    one, two = steps(
        lab, execute("ALTER TABLE products ADD a int") + "\n" + execute("ALTER TABLE products ADD b int")
    ).traced
    assert [(k.mode, k.first) for k in one.effect.locks if k.relation.name == "products"] == [(AE, True)]
    assert [(k.mode, k.first) for k in two.effect.locks if k.relation.name == "products"] == [(AE, False)]


def test_each_transaction_has_its_number(lab: Lab) -> None:
    body = (
        "op.execute('SELECT 1')\nop.execute('SELECT 2')\n"
        "with op.get_context().autocommit_block():\n    op.execute('SELECT 3')\n    op.execute('SELECT 4')\n"
        "op.execute('SELECT 5')"
    )
    numbers = [traced.transaction for traced in steps(lab, body).traced]
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 4


def test_what_a_revision_made_itself_is_not_preexisting(lab: Lab) -> None:
    body = "op.create_table('t', sa.Column('c', sa.Integer))\nop.create_index('i', 't', ['c'])"
    effects = [traced.effect for traced in steps(lab, body).traced]
    assert [lock for effect in effects for lock in effect.locks if lock.relation.preexisting] == []


def test_a_table_of_the_same_pull_request_counts_as_fresh(lab: Lab) -> None:
    judged = lab.try_out(
        "op.create_index('i', 't', ['c'])",
        before="op.create_table('t', sa.Column('c', sa.Integer))",
        together=True,
    )
    (traced,) = judged.tracing.trips["tried"].upgrade.traced
    (lock,) = [k for k in traced.effect.locks if k.relation.name == "t" and k.mode == S]
    assert (lock.relation.preexisting, lock.relation.fresh, lock.relation.busy) == (True, True, False)


def test_rows_written_are_counted_and_a_whole_table_is_told(lab: Lab) -> None:
    body = (
        execute("UPDATE products SET weight = 7")
        + "\n"
        + execute("DELETE FROM order_items WHERE order_id < 0")
    )
    update, delete = (traced.effect for traced in steps(lab, body).traced)
    (written,) = update.written
    assert (written.relation.name, written.updated, written.whole) == ("products", 3, True)
    assert delete.written == ()


def test_a_truncation_is_no_rewrite(lab: Lab) -> None:
    (traced,) = steps(lab, execute("TRUNCATE order_items")).traced
    assert [r.name for r in traced.effect.truncated] == ["order_items"]
    assert traced.effect.rewrites == ()


def test_a_rewrite_of_a_table_without_rows_is_no_truncation(lab: Lab) -> None:
    body = (
        execute("TRUNCATE order_items") + "\n" + execute("ALTER TABLE order_items ALTER quantity TYPE bigint")
    )
    _, rewrite = (traced.effect for traced in steps(lab, body).traced)
    assert ([r.name for r in rewrite.rewrites], rewrite.truncated) == (["order_items"], ())


def test_objects_are_told_as_the_catalog_tells_them(lab: Lab) -> None:
    body = "op.alter_column('products', 'sku', new_column_name='code')\nop.drop_column('products', 'weight')"
    rename, drop = (traced.effect for traced in steps(lab, body).traced)
    assert [(c.action, str(c.key)) for c in rename.changes if not c.implied] == [
        ("renamed", "column products.code")
    ]
    assert [(c.action, str(c.key)) for c in drop.changes if not c.implied] == [
        ("removed", "column products.weight")
    ]


def test_several_statements_of_one_text_are_told_apart(lab: Lab) -> None:
    sql = "ALTER TABLE products ADD a int; UPDATE orders SET note = 'x'; SELECT 1"
    traced = steps(lab, execute(sql)).traced
    assert [t.statement.sql for t in traced] == sql.split("; ")
    assert [[w.relation.name for w in t.effect.written] for t in traced] == [[], ["orders"], []]


@pytest.mark.parametrize(
    "body",
    [
        "for t in ('products', 'orders'):\n    op.execute(f'ALTER TABLE {t} ADD COLUMN x int')",
        (
            "bind = op.get_bind()\nfor t in ('products', 'orders'):\n"
            "    if sa.inspect(bind).has_table(t):\n        op.add_column(t, sa.Column('x', sa.Integer))"
        ),
        (
            "with op.batch_alter_table('products') as b:\n    b.add_column(sa.Column('x', sa.Integer))\n"
            "with op.batch_alter_table('orders') as b:\n    b.add_column(sa.Column('x', sa.Integer))"
        ),
    ],
    ids=["a loop with an f-string", "inspecting the connection", "batches"],
)
def test_what_code_hides_is_seen(lab: Lab, body: str) -> None:
    locked = [next(iter(seen(traced.effect).locks)) for traced in steps(lab, body).traced]
    assert locked == ["products", "orders"]


def test_an_error_has_its_state_and_its_line(lab: Lab) -> None:
    step = lab.try_out("op.execute('SELECT 1')\nop.execute('SELECT nothing')").tracing.trips["tried"].upgrade
    error = step.traced[-1].effect.error
    assert error is not None
    assert (error.sqlstate, error.message) == ("42703", 'column "nothing" does not exist')
    assert step.error_line == step.traced[-1].statement.line


def test_rows_that_a_revision_refuses_are_told_and_it_is_run_again_without(lab: Lab) -> None:
    step = (
        lab.try_out(execute("ALTER TABLE products ALTER weight SET NOT NULL")).tracing.trips["tried"].upgrade
    )
    assert (step.error, step.seeds) == (None, "none")
    assert step.refused_rows is not None
    assert (step.refused_rows.sqlstate, step.refused_rows.column) == ("23502", "weight")


INDEXED = (
    "CREATE INDEX i ON products (sku); CREATE INDEX j ON products (title);"
    " CREATE INDEX k ON orders (referrer_id)"
)

TYPES = {
    "varchar widened": ("ALTER TABLE products ALTER sku TYPE varchar(80)", ()),
    "varchar to text": ("ALTER TABLE products ALTER sku TYPE text", ()),
    "text to varchar": ("ALTER TABLE products ALTER title TYPE varchar", ()),
    "int to bigint": (
        "ALTER TABLE orders ALTER referrer_id TYPE bigint",
        ("ix_orders_customer_id", "k", "pk_orders"),
    ),
    "collation": ('ALTER TABLE products ALTER sku TYPE varchar(80) COLLATE "POSIX"', ("i",)),
    "reindex": ("REINDEX INDEX i", ("i",)),
}


@pytest.mark.parametrize(("statement", "built"), TYPES.values(), ids=TYPES)
def test_an_index_that_fits_the_new_type_is_not_built_anew(
    lab: Lab, statement: str, built: Sequence[str]
) -> None:
    (traced,) = steps(lab, execute(statement), before=execute(INDEXED)).traced
    assert [index.name for index in traced.effect.index_builds] == list(built)


HIDDEN = "CREATE FUNCTION hidden() RETURNS {} LANGUAGE plpgsql AS $$ BEGIN {}; RETURN NULL; END $$"

CALLED = {
    "a column renamed": ("ALTER TABLE products RENAME weight TO mass", "column products.mass"),
    "a column dropped": ("ALTER TABLE products DROP weight", "column products.weight"),
    "a type made": ("CREATE TYPE made AS ENUM (''x'')", "type made"),
    "a default": ("ALTER TABLE products ALTER weight SET DEFAULT 7", "column products.weight"),
    "a comment": ("COMMENT ON TABLE products IS ''x''", "table products"),
    "a table": ("CREATE TABLE made (x int)", "table made"),
}


@pytest.mark.parametrize("outside", [False, True], ids=["", "outside a transaction"])
@pytest.mark.parametrize(("hidden", "changed"), CALLED.values(), ids=CALLED)
def test_what_a_called_function_changes_is_its_statements(
    lab: Lab, hidden: str, changed: str, outside: bool
) -> None:
    made = HIDDEN.format("text", hidden).replace("''", "'")
    body = "\n".join(map(execute, (made, "SELECT hidden()", "SELECT 1", "DROP FUNCTION hidden()")))
    if outside:
        body = "with op.get_context().autocommit_block():\n    " + body.replace("\n", "\n    ")
    _, called, nothing, dropped = (t.effect for t in steps(lab, body).traced)
    assert changed in [str(c.key) for c in called.changes]
    assert nothing.changes == ()
    assert {c.key.kind for c in dropped.changes} == {"function"}


def test_what_a_trigger_changes_is_its_statements(lab: Lab) -> None:
    trigger = "CREATE TRIGGER t BEFORE INSERT ON products FOR EACH ROW EXECUTE FUNCTION hidden()"
    made = HIDDEN.format("trigger", "ALTER TABLE orders RENAME note TO remark")
    insert = "INSERT INTO products (sku, title, price) VALUES ('new', 'x', 1)"
    *_, inserted, nothing = (
        t.effect for t in steps(lab, "\n".join(map(execute, (made, trigger, insert, "SELECT 1")))).traced
    )
    assert [str(c.key) for c in inserted.changes if not c.implied] == ["column orders.remark"]
    assert nothing.changes == ()


ROUND_TRIPS = {
    "clean": (
        "op.add_column('products', sa.Column('x', sa.Integer))",
        "op.drop_column('products', 'x')",
        [],
        [],
    ),
    "enum type left behind": (
        "op.execute(\"CREATE TYPE e AS ENUM ('a')\")\nop.execute('ALTER TABLE products ADD x e')",
        "op.drop_column('products', 'x')",
        ["added type e"],
        [],
    ),
    "values lost": (
        "op.drop_column('products', 'weight')",
        "op.add_column('products', sa.Column('weight', sa.Integer))",
        [],
        [("products", "weight")],
    ),
    "an enum type made with its table": (
        "op.create_table('t', sa.Column('c', sa.Enum('a', name='kind')))",
        "op.drop_table('t')\nop.execute('DROP TYPE kind')",
        [],
        [],
    ),
    "index forgotten": (
        "op.create_index('i', 'products', ['sku'])",
        "pass",
        ["added index i"],
        [],
    ),
}


@pytest.mark.parametrize(("up", "down", "left", "lost"), ROUND_TRIPS.values(), ids=ROUND_TRIPS)
def test_the_round_trip(lab: Lab, up: str, down: str, left: list[str], lost: list[tuple[str, str]]) -> None:
    trip = lab.try_out(up, down).tracing.trips["tried"]
    assert [f"{c.action} {c.key}" for c in trip.left_behind or ()] == left
    assert [(v.table, v.column) for v in trip.lost] == lost


@pytest.mark.parametrize(
    "sql", ["SELECT 'a' LIKE 'a%'", "SELECT 'a' LIKE 'a%'; SELECT '100%'"], ids=["one", "several"]
)
def test_a_percent_sign_is_one(lab: Lab, sql: str) -> None:
    assert [traced.statement.sql for traced in steps(lab, execute(sql)).traced] == sql.split("; ")


OWN = {
    "after a COMMIT": "op.execute('COMMIT; BEGIN; ALTER TABLE orders ADD x int; CREATE INDEX i ON orders (x)')",
    "in an autocommit block": (
        "with op.get_context().autocommit_block():\n"
        "    op.execute('/* one */ START TRANSACTION; ALTER TABLE orders ADD x int;"
        " CREATE INDEX i ON orders (x); COMMIT')"
    ),
}


@pytest.mark.parametrize("upgrade", OWN.values(), ids=OWN)
def test_a_transaction_that_the_revision_begins_is_one(lab: Lab, upgrade: str) -> None:
    step = lab.try_out(upgrade).tracing.trips["tried"].upgrade
    assert step.error is None
    (added,) = [t for t in step.traced if t.statement.sql.startswith("ALTER")]
    (built,) = [t for t in step.traced if t.statement.sql.startswith("CREATE INDEX")]
    assert (added.statement.in_transaction, built.statement.in_transaction) == (True, True)
    assert added.transaction == built.transaction
    assert [k.first for k in built.effect.locks if k.mode == AE and k.relation.name == "orders"] == [False]
