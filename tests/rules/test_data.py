"""Rules about data: what loses rows and values, and what only looks like it."""

from __future__ import annotations

import pytest
from assay.rules.data._types import compared

from .lab import Lab, stats

BLOCK = """
DO $$
DECLARE
    done customers.id%TYPE;
    upto customers.id%TYPE;
BEGIN
    LOOP
        SELECT id INTO upto FROM customers
        WHERE done IS NULL OR id > done ORDER BY id OFFSET 999 LIMIT 1;
        UPDATE customers SET name = trim(name)
        WHERE (done IS NULL OR id > done) AND (upto IS NULL OR id <= upto);
        COMMIT;
        EXIT WHEN upto IS NULL;
        done := upto;
    END LOOP;
END
$$
"""


def sql(*statements: str) -> str:
    """The body of an upgrade that executes these."""
    return "\n".join(f"op.execute({statement!r})" for statement in statements)


def autocommit(*statements: str) -> str:
    return "with op.get_context().autocommit_block():\n    " + sql(*statements).replace("\n", "\n    ")


NOTHING = {
    "varchar widened": sql("ALTER TABLE products ALTER sku TYPE varchar(100)"),
    "varchar to text": sql("ALTER TABLE products ALTER sku TYPE text"),
    "text to varchar": sql("ALTER TABLE products ALTER title TYPE varchar"),
    "numeric widened": sql("ALTER TABLE customers ALTER credit TYPE numeric(14, 2)"),
    "numeric freed": sql("ALTER TABLE customers ALTER credit TYPE numeric"),
    "numeric with more decimals": sql("ALTER TABLE customers ALTER credit TYPE numeric(14, 4)"),
    "integer to bigint": sql("ALTER TABLE products ALTER weight TYPE bigint"),
    "integer to numeric": sql("ALTER TABLE products ALTER weight TYPE numeric(10)"),
    "date to timestamp": sql("ALTER TABLE billing.invoices ALTER issued_on TYPE timestamp"),
    "timestamp to timestamptz": sql(
        "SET LOCAL TIME ZONE 'UTC'", "ALTER TABLE customers ALTER last_seen TYPE timestamptz"
    ),
    "timestamp to timestamptz of a zone": sql(
        "ALTER TABLE customers ALTER last_seen TYPE timestamptz USING last_seen AT TIME ZONE 'Asia/Tokyo'"
    ),
    "one row updated": sql("UPDATE customers SET name = 'x' WHERE id = 1"),
    "a batch by LIMIT": sql(
        "UPDATE customers SET name = 'x' WHERE id IN (SELECT id FROM customers ORDER BY id LIMIT 1000)"
    ),
    "a batch by its key": sql("UPDATE customers SET name = 'x' WHERE id BETWEEN 1 AND 1000"),
    "a batch by two comparisons": sql("UPDATE customers SET name = 'x' WHERE id > 0 AND 1000 >= id"),
    "a batch by a list": sql("UPDATE customers SET name = 'x' WHERE id = ANY (ARRAY[1, 2, 3])"),
    "a batch by part of its key": sql("UPDATE order_items SET quantity = 1 WHERE order_id < 1000"),
    "a batch by place": sql("DELETE FROM order_items WHERE ctid < '(100,0)'::tid"),
    "a block that commits": autocommit(BLOCK),
    "rows inserted from all others": sql("INSERT INTO products (sku, title, price) SELECT 'n' || sku, title, price FROM products"),
    "a new table": sql("CREATE TABLE n (id int PRIMARY KEY)", "INSERT INTO n VALUES (1)", "UPDATE n SET id = 2",
                       "DELETE FROM n", "TRUNCATE n", "ALTER TABLE n ADD x text", "ALTER TABLE n DROP x", "DROP TABLE n"),
    "a new column": sql("ALTER TABLE orders ADD COLUMN x text", "ALTER TABLE orders DROP COLUMN x"),
    "its own indexes and sequences": sql("CREATE TABLE n (id serial PRIMARY KEY)", "DROP TABLE n CASCADE"),
    "a materialized view refreshed": sql("REFRESH MATERIALIZED VIEW order_totals"),
    "a partition detached": autocommit("ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY"),
    "a foreign key dropped by name": sql("ALTER TABLE order_items DROP CONSTRAINT fk_order_items_order_id"),
    "CASCADE that takes nothing": sql("ALTER TABLE orders DROP CONSTRAINT fk_orders_customer_id CASCADE"),
}  # fmt: skip


@pytest.mark.parametrize("upgrade", NOTHING.values(), ids=NOTHING)
def test_what_loses_nothing(lab: Lab, upgrade: str) -> None:
    assert lab.try_out(upgrade).told("data") == []


FOUND = {
    "varchar narrowed": (sql("ALTER TABLE products ALTER sku TYPE varchar(20)"), ["narrowed-type(error)"]),
    "text to varchar(n)": (sql("ALTER TABLE products ALTER title TYPE varchar(100)"), ["narrowed-type(error)"]),
    "cut by USING": (
        sql("ALTER TABLE orders ALTER note TYPE varchar(3) USING left(note, 3)"), ["narrowed-type(error)"]
    ),
    "timestamp to timestamptz of some zone": (
        sql("ALTER TABLE customers ALTER last_seen TYPE timestamptz"), ["assumed-time-zone(note)"]
    ),
    "date to timestamptz of some zone": (
        sql("ALTER TABLE billing.invoices ALTER issued_on TYPE timestamptz"), ["assumed-time-zone(note)"]
    ),
    "fewer decimals": (sql("ALTER TABLE products ALTER price TYPE numeric(10, 1)"), ["narrowed-type(error)"]),
    "decimals at the cost of digits": (
        sql("ALTER TABLE products ALTER price TYPE numeric(10, 4)"), ["narrowed-type(error)"]
    ),
    "integer to smallint": (sql("ALTER TABLE products ALTER weight TYPE smallint"), ["narrowed-type(error)"]),
    "numeric to double": (sql("ALTER TABLE products ALTER price TYPE double precision"), ["narrowed-type(error)"]),
    "timestamptz to date": (sql("ALTER TABLE orders ALTER shipped_at TYPE date"), ["narrowed-type(error)"]),
    "timestamptz to timestamp": (sql("ALTER TABLE orders ALTER shipped_at TYPE timestamp"), ["narrowed-type(error)"]),
    "a column dropped in a loop": (
        'for name in ("note", "coupon"):\n    op.execute(f"ALTER TABLE orders DROP COLUMN {name}")',
        ["dropped-column(error)", "dropped-column(error)"],
    ),
    "two columns dropped at once": (
        sql("ALTER TABLE orders DROP COLUMN note, DROP COLUMN coupon"), ["dropped-column(error)"]
    ),
    "a column dropped in a block": (
        sql("DO $$ BEGIN EXECUTE 'ALTER TABLE orders DROP COLUMN note'; END $$"), ["dropped-column(error)"]
    ),
    "a partition dropped": (sql("DROP TABLE events_2023"), ["dropped-table(error)"]),
    "a schema dropped": (sql("DROP SCHEMA billing CASCADE"), ["dropped-table(error)"]),
    "all updated": (sql("UPDATE customers SET name = 'x'"), ["whole-table-update(error)"]),
    "all updated outside a transaction": (
        autocommit("UPDATE customers SET name = 'x'"), ["whole-table-update(error)"]
    ),
    "all updated in a block": (
        sql("DO $$ BEGIN UPDATE customers SET name = 'x'; END $$"), ["whole-table-update(error)"]
    ),
    "all updated, held back by nothing": (
        sql("UPDATE customers SET name = 'x' WHERE true"), ["whole-table-update(error)"]
    ),
    "all updated from another table": (
        sql("UPDATE orders SET note = 'x' FROM customers AS c WHERE c.id = orders.customer_id"),
        ["whole-table-update(error)"],
    ),
    "all updated from the first key on": (
        sql("UPDATE customers SET name = 'x' WHERE id > 0"), ["whole-table-update(error)"]
    ),
    "all updated up to a key that is never reached": (
        sql("UPDATE customers SET name = 'x' WHERE id <= 2000000000"), ["whole-table-update(error)"]
    ),
    "all updated but one": (
        sql("UPDATE customers SET name = 'x' WHERE id <> -1 OR id > 0"), ["whole-table-update(error)"]
    ),
    "all deleted with what hangs on it": (
        sql("ALTER TABLE order_items DROP CONSTRAINT fk_order_items_order_id", "DELETE FROM order_items"),
        ["whole-table-delete(error)"],
    ),
    "truncated": (sql("TRUNCATE order_items"), ["truncated-table(error)"]),
    "truncated by two statements in one string": (
        sql("TRUNCATE order_items; TRUNCATE billing.invoices"), ["truncated-table(error)", "truncated-table(error)"]
    ),
    "CASCADE of a table": (
        sql("DROP TABLE products CASCADE"), ["cascading-drop(error)", "dropped-table(error)"]
    ),
    "CASCADE of a type": (sql("DROP TYPE customer_status CASCADE"), ["cascading-drop(error)"]),
}  # fmt: skip


@pytest.mark.parametrize(("upgrade", "expected"), FOUND.values(), ids=FOUND)
def test_what_loses_something(lab: Lab, upgrade: str, expected: list[str]) -> None:
    assert sorted(lab.try_out(upgrade).told("data")) == expected


def test_a_small_table_is_updated_at_once(lab: Lab) -> None:
    judged = lab.try_out(sql("UPDATE customers SET name = 'x'"), stats=stats(customers=200))
    assert judged.told("data") == ["whole-table-update(note)"]


def test_what_the_same_pull_request_made_is_nobodys_loss(lab: Lab) -> None:
    made = sql("CREATE TABLE n (id int PRIMARY KEY, x text)")
    judged = lab.try_out(sql("ALTER TABLE n DROP COLUMN x", "DROP TABLE n"), before=made, together=True)
    assert judged.told("data") == []


def test_a_table_dropped_behind_a_copy_under_its_name_breaks_no_query(lab: Lab) -> None:
    copied = sql(
        "CREATE TABLE n (LIKE products INCLUDING ALL)",
        "INSERT INTO n SELECT * FROM products",
        "ALTER TABLE products RENAME TO o",
        "ALTER TABLE n RENAME TO products",
        "DROP TABLE o CASCADE",
    )
    message = lab.try_out(copied).only("dropped-table").message
    assert message == "Drops the table o: its rows are gone, and no downgrade was seen to restore them."


FILL = "UPDATE orders SET b = false WHERE b IS NULL"
COLUMN = "ALTER TABLE orders ADD COLUMN b boolean"
NOT_FILLED = {
    "a column": sql(COLUMN),
    "a column with a default": sql("ALTER TABLE orders ADD COLUMN b boolean DEFAULT NULL"),
    "a column that has to be filled": sql(COLUMN, "ALTER TABLE orders ADD CONSTRAINT c CHECK (b IS NOT NULL) NOT VALID"),
    "a column, and another change": sql(COLUMN, "ALTER TABLE orders ALTER coupon TYPE varchar(80)"),
    "a column, and a type": sql(COLUMN, "CREATE TYPE mood AS ENUM ('a')"),
    "a column, renamed": sql("ALTER TABLE orders ADD COLUMN a boolean", "ALTER TABLE orders RENAME a TO b"),
}  # fmt: skip


@pytest.mark.parametrize("before", NOT_FILLED.values(), ids=NOT_FILLED)
def test_a_column_of_the_same_pull_request_is_filled_in_every_row(lab: Lab, before: str) -> None:
    judged = lab.try_out(sql(FILL), before=before, together=True)
    assert judged.told("data") == ["whole-table-update(error)"]


def test_a_column_that_releases_have_filled_is_not(lab: Lab) -> None:
    assert lab.try_out(sql(FILL), before=sql(COLUMN)).told("data") == []


def test_a_column_that_the_pull_request_has_filled_is_not(lab: Lab) -> None:
    batch = "UPDATE orders SET b = true WHERE id BETWEEN 0 AND 1000"
    assert lab.try_out(sql(FILL), before=sql(COLUMN, batch), together=True).told("data") == []


def test_a_table_without_rows_is_judged_by_its_statement(lab: Lab) -> None:
    judged = lab.try_out(
        sql("ALTER TABLE products ADD COLUMN z int NOT NULL", "UPDATE products SET weight = 0"),
        sql("ALTER TABLE products DROP COLUMN z"),
    )
    assert judged.tracing.trips["tried"].upgrade.seeds == "none"
    assert judged.told("data") == ["whole-table-update(error)"]


def test_a_column_changed_by_way_of_another_is_not_dropped(lab: Lab) -> None:
    there = (
        "ALTER TABLE orders ADD COLUMN note2 text",
        "UPDATE orders SET note2 = note",
        "ALTER TABLE orders DROP COLUMN note",
        "ALTER TABLE orders RENAME COLUMN note2 TO note",
    )
    judged = lab.try_out(sql(*there), sql(*there))
    assert judged.told("data", "compatibility") == ["whole-table-update(error)"]


def test_the_message_names_what_cascade_took(lab: Lab) -> None:
    found = lab.try_out(sql("DROP TYPE customer_status CASCADE")).only("cascading-drop")
    assert found.message == (
        "CASCADE takes more than is named: view active_customers and column customers.status with its values."
    )
    assert found.advice.splitlines()[2:4] == [
        'op.execute("ALTER TABLE customers DROP COLUMN status")',
        'op.execute("DROP VIEW active_customers")',
    ]


def test_the_message_has_the_rows_that_are_known(lab: Lab) -> None:
    found = lab.try_out(sql("ALTER TABLE orders DROP COLUMN note"), stats=stats(orders=40_000_000)).only(
        "dropped-column"
    )
    assert "orders (about 40,000,000 rows)" in found.message
    assert 'op.alter_column("orders", "note", comment="unused, to be dropped")' in found.advice


def test_the_rows_that_are_known_do_not_part_a_column_from_its_table(lab: Lab) -> None:
    upgrade = sql("ALTER TABLE products ALTER weight TYPE smallint, ADD z int NOT NULL")
    judged = lab.try_out(upgrade, stats=stats(products=20_001))
    start = "Narrows products.weight (of about 20,001 rows) from integer to smallint: "
    assert judged.only("narrowed-type").message.startswith(start)
    start = "products.z (of about 20,001 rows) is new, NOT NULL and without a default: every INSERT"
    assert judged.only("required-column").message.startswith(start)


@pytest.mark.parametrize(
    ("new", "what"),
    [
        ("timestamp", "the wall clock's time in the TimeZone of the session"),
        ("date", "the time of day is dropped"),
        ("timestamptz(0)", "every value is rounded"),
    ],
)
def test_what_a_moment_loses(lab: Lab, new: str, what: str) -> None:
    found = lab.try_out(sql(f"ALTER TABLE orders ALTER shipped_at TYPE {new}")).only("narrowed-type")
    assert what in found.message


@pytest.mark.parametrize(
    ("rule", "upgrade"),
    {
        "whole-table-update": sql("UPDATE customers SET name = 'it''s', phone = NULL WHERE name IS NOT NULL OR true"),
        "whole-table-delete": sql("DELETE FROM billing.invoices"),
        "narrowed-type": sql("ALTER TABLE products ALTER sku TYPE varchar(20)"),
    }.items(),
)  # fmt: skip
def test_the_advice_can_be_pasted(lab: Lab, rule: str, upgrade: str) -> None:
    advice = lab.try_out(upgrade).only(rule).advice
    code = advice.partition("\n\n")[2].partition("\n\nand in a second")[0]
    judged = lab.try_out(code)
    assert judged.tracing.trips["tried"].upgrade.error is None
    told = judged.told("data", "compatibility", "availability")
    assert [
        each for each in told if each != "refusing-constraint(note)"
    ] == []  # a CHECK is one, however it is added


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("character varying(50)", "character varying(49)", "narrowed"),
        ("character varying", "text", "same"),
        ("character(5)", "character varying(5)", "same"),
        ("text[]", "text", "incompatible"),
        ("character varying(9)[]", "character varying(8)[]", "narrowed"),
        ("numeric(10,2)", "numeric(9,2)", "narrowed"),
        ("numeric", "numeric(30,10)", "narrowed"),
        ("numeric(9,0)", "integer", "same"),
        ("bigint", "double precision", "narrowed"),
        ("integer", "double precision", "same"),
        ("real", "double precision", "same"),
        ("smallint", "numeric(4)", "narrowed"),
        ("timestamp(6) without time zone", "timestamp(3) without time zone", "narrowed"),
        ("timestamp without time zone", "timestamp with time zone", "same"),
        ("time with time zone", "time without time zone", "narrowed"),
        ("interval", "interval(2)", "narrowed"),
        ("json", "jsonb", "same"),
        ("jsonb", "json", "incompatible"),
        ("jsonb", "text", "incompatible"),
        ("integer", "text", "incompatible"),
        ("text", "uuid", "incompatible"),
        ("public.mood", "text", "incompatible"),
        ("cidr", "inet", "same"),
        ("inet", "cidr", "narrowed"),
        ("boolean", "integer", "incompatible"),
    ],
)
def test_two_types_are_compared(before: str, after: str, verdict: str) -> None:
    assert compared(before, after) == verdict
