"""Rules about the way back."""

from __future__ import annotations

import pytest

from .lab import IRREVERSIBLE, Lab

ADD = 'op.execute("ALTER TABLE orders ADD COLUMN x text")'
DROP = 'op.drop_column("orders", "x")'
TYPE = "op.execute(\"CREATE TYPE mood AS ENUM ('a', 'b')\")"

ADD_VALUE = """
with op.get_context().autocommit_block():
    op.execute("ALTER TYPE customer_status ADD VALUE IF NOT EXISTS 'x'")
"""


def sql(*statements: str) -> str:
    """The body of an upgrade that executes these."""
    return "\n".join(f"op.execute({statement!r})" for statement in statements)


CLEAN = {
    "a column there and back": (ADD, DROP),
    "data only": (sql("UPDATE orders SET note = 'x' WHERE id = 1"), "pass"),
    "nothing at all": ("pass", "pass"),
    "an enum value, which stays": (
        ADD_VALUE,
        "pass",
    ),
    "an index in another place": (
        'op.create_index("i", "orders", ["note"])', 'op.drop_index("i", "orders")'
    ),
    "a widened type": (
        sql("ALTER TABLE products ALTER sku TYPE text"), sql("ALTER TABLE products ALTER sku TYPE varchar(50)")
    ),
}  # fmt: skip


@pytest.mark.parametrize(("upgrade", "downgrade"), CLEAN.values(), ids=CLEAN)
def test_a_way_back(lab: Lab, upgrade: str, downgrade: str) -> None:
    assert lab.try_out(upgrade, downgrade).told("reversal") == []


def test_what_is_valid_may_stay_valid(lab: Lab) -> None:
    made = sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (total IS NOT NULL) NOT VALID")
    judged = lab.try_out(sql("ALTER TABLE orders VALIDATE CONSTRAINT c"), "pass", before=made)
    assert judged.told("reversal") == []


FOUND = {
    "no downgrade on purpose": (ADD, IRREVERSIBLE, ["irreversible-revision(warning)"]),
    "an empty downgrade": (ADD, "pass", ["empty-downgrade(error)"]),
    "a downgrade that only asks": (ADD, sql("SELECT 1"), ["empty-downgrade(error)"]),
    "an empty downgrade that the next upgrade bears": (
        sql("CREATE INDEX IF NOT EXISTS i ON orders (note)"), "pass", ["empty-downgrade(warning)"]
    ),
    "a forgotten enum": (
        f"{TYPE}\n" + sql("ALTER TABLE orders ADD COLUMN x mood"), DROP, ["left-behind-object(error)"]
    ),
    "a forgotten table": (
        sql("CREATE TABLE IF NOT EXISTS n (id int PRIMARY KEY)", "ALTER TABLE orders ADD COLUMN x text"),
        DROP,
        ["left-behind-object(warning)"],
    ),
    "a forgotten index": (
        sql("ALTER TABLE orders ADD COLUMN x text", "DROP INDEX IF EXISTS ix_orders_customer_id"),
        DROP,
        ["unrestored-object(warning)"],
    ),
    "a column that comes back otherwise": (
        sql("ALTER TABLE products ALTER sku TYPE varchar(70)"),
        sql("ALTER TABLE products ALTER sku TYPE varchar(60)"),
        ["unrestored-object(warning)"],
    ),
    "a downgrade that names what is not there": (
        ADD, sql("ALTER TABLE orders DROP COLUMN y"), ["failing-downgrade(error)"]
    ),
    "a downgrade that rows stop": (
        sql("ALTER TABLE orders ADD COLUMN x text", "ALTER TABLE customers ALTER credit DROP NOT NULL"),
        sql("ALTER TABLE orders ALTER note SET NOT NULL, DROP COLUMN x"),
        ["failing-downgrade(warning)"],
    ),
    "a downgrade that cuts": (
        sql("ALTER TABLE products ALTER sku TYPE text"),
        sql("ALTER TABLE products ALTER sku TYPE varchar(50) USING left(sku, 1)"),
        ["lost-value(warning)"],
    ),
    "rows that the downgrade deletes": (
        ADD, f"{DROP}\n" + sql("DELETE FROM order_items"), ["lost-value(warning)"]
    ),
    "another name each time": (
        sql("DO $$ BEGIN EXECUTE format('CREATE TABLE t%s (id int)', txid_current()); END $$"),
        sql(
            "DO $$ DECLARE t text; BEGIN SELECT relname INTO t FROM pg_class WHERE relname ~ '^t[0-9]+$';"
            " EXECUTE format('DROP TABLE %I', t); END $$"
        ),
        ["unrepeatable-upgrade(error)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("upgrade", "downgrade", "expected"), FOUND.values(), ids=FOUND)
def test_no_way_back(lab: Lab, upgrade: str, downgrade: str, expected: list[str]) -> None:
    assert lab.try_out(upgrade, downgrade).told("reversal") == expected


def test_a_dropped_column_is_told_once(lab: Lab) -> None:
    judged = lab.try_out(
        'op.drop_column("orders", "note")', 'op.add_column("orders", sa.Column("note", sa.Text()))'
    )
    assert judged.told("data", "compatibility", "reversal") == ["dropped-column(error)"]


PUT_ASIDE = sql(
    "ALTER TABLE orders ADD COLUMN x text", "UPDATE orders SET x = note{where}", "ALTER TABLE orders DROP COLUMN note"
)  # fmt: skip
PUT_BACK = sql(
    "ALTER TABLE orders ADD COLUMN note text", "UPDATE orders SET note = x", "ALTER TABLE orders DROP COLUMN x"
)  # fmt: skip


def test_a_part_of_the_values_was_put_aside(lab: Lab) -> None:
    judged = lab.try_out(PUT_ASIDE.format(where=" WHERE id < 2"), PUT_BACK)
    assert judged.told("data", "reversal") == ["dropped-column(error)", "lost-value(warning)"]
    assert "of the scratch server's values 1 of note is gone." in judged.only("dropped-column").message
    assert "orders.note (1 value) is gone" in judged.only("lost-value").message


def test_all_of_the_values_were_put_aside(lab: Lab) -> None:
    judged = lab.try_out(PUT_ASIDE.format(where=""), PUT_BACK)
    assert "dropped-column(warning)" in judged.told("data", "reversal")
    assert "reversal" not in {finding.group for finding in judged.findings}


def test_the_downgrade_fills_from_what_was_there_before(lab: Lab) -> None:
    back = sql("ALTER TABLE orders ADD COLUMN note text", "UPDATE orders SET note = coupon")
    judged = lab.try_out('op.drop_column("orders", "note")', back)
    assert judged.told("data", "reversal") == ["dropped-column(warning)"]


def test_an_empty_downgrade_says_what_is_left_and_how(lab: Lab) -> None:
    upgrade = sql(
        "CREATE TABLE n (id int PRIMARY KEY)", "DROP VIEW active_customers", "ALTER TABLE orders ALTER coupon TYPE text"
    )  # fmt: skip
    message = lab.try_out(upgrade, "pass").only("empty-downgrade").message
    assert message == (
        "downgrade() does nothing: table n is left behind; view active_customers is not restored; "
        "column orders.coupon is left different. The next upgrade fails: "
        'DuplicateTable: relation "n" already exists.'
    )


def test_a_narrowed_column_is_told_once(lab: Lab) -> None:
    judged = lab.try_out(
        sql("ALTER TABLE products ALTER sku TYPE varchar(2) USING left(sku, 2)"),
        sql("ALTER TABLE products ALTER sku TYPE varchar(50)"),
    )
    assert judged.told("data", "compatibility", "reversal") == ["narrowed-type(error)"]


def test_the_line_to_paste(lab: Lab) -> None:
    found = lab.try_out(f"{TYPE}\n" + sql("ALTER TABLE orders ADD COLUMN x mood"), DROP).only(
        "left-behind-object"
    )
    assert 'op.execute("DROP TYPE mood")' in found.advice.splitlines()
    assert found.message.startswith("downgrade() leaves behind type mood. The next upgrade fails: ")


def test_the_lines_of_an_empty_downgrade_take_everything_back(lab: Lab) -> None:
    upgrade = "\n".join(
        (
            TYPE,
            sql("CREATE TABLE n (id int PRIMARY KEY, m mood)", "CREATE VIEW w AS SELECT id FROM n"),
            'op.create_index("i", "orders", ["note"])',
            sql("ALTER TABLE orders ADD COLUMN x text", "ALTER TABLE customers ALTER credit SET DEFAULT 5"),
        )
    )
    advice = lab.try_out(upgrade, "pass").only("empty-downgrade").advice
    assert lab.try_out(upgrade, advice.partition("\n")[2]).told("reversal") == []
