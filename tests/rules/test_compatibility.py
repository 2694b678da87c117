"""Rules about the running release: what it cannot live with, and what it never notices."""

from __future__ import annotations

import pytest

from .lab import Lab

FUNCTION = "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$"
TRIGGER = "CREATE TRIGGER guard BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION guard()"
HARMLESS = FUNCTION.format(body="NEW.note := trim(NEW.note); RAISE WARNING 'trimmed';")
REFUSING = FUNCTION.format(body="IF NEW.note IS NULL THEN RAISE EXCEPTION 'a note'; END IF;")


def sql(*statements: str) -> str:
    """The body of an upgrade that executes these."""
    return "\n".join(f"op.execute({statement!r})" for statement in statements)


def autocommit(*statements: str) -> str:
    return "with op.get_context().autocommit_block():\n    " + sql(*statements).replace("\n", "\n    ")


NOTHING = {
    "a CHECK that is not valid yet": sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID"),
    "a CHECK": sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (total IS NOT NULL)"),
    "a foreign key that is not valid yet": sql(
        "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (referrer_id) REFERENCES customers NOT VALID"
    ),
    "a unique index": autocommit("CREATE UNIQUE INDEX CONCURRENTLY u ON products (sku)"),
    "a unique constraint by an index": sql(
        "CREATE UNIQUE INDEX u ON products (sku)", "ALTER TABLE products ADD CONSTRAINT u UNIQUE USING INDEX u"
    ),
    "NOT NULL behind a CHECK": sql(
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (total IS NOT NULL)", "ALTER TABLE orders ALTER total SET NOT NULL"
    ),
    "a nullable column": sql("ALTER TABLE orders ADD COLUMN x text"),
    "a column with a default": sql("ALTER TABLE orders ADD COLUMN x timestamptz NOT NULL DEFAULT now()"),
    "an identity": sql("ALTER TABLE products ADD COLUMN x int GENERATED ALWAYS AS IDENTITY"),
    "a generated column": sql("ALTER TABLE products ADD COLUMN x int NOT NULL GENERATED ALWAYS AS (id * 2) STORED"),
    "a domain with a default": sql(
        "CREATE DOMAIN d AS int NOT NULL DEFAULT 0", "ALTER TABLE products ADD COLUMN x d"
    ),
    "a default in the place of another": sql("ALTER TABLE customers ALTER credit SET DEFAULT 1"),
    "the default of a nullable column": sql(
        "ALTER TABLE customers ALTER credit DROP NOT NULL", "ALTER TABLE customers ALTER credit DROP DEFAULT"
    ),
    "a trigger that sets a value": sql(HARMLESS, TRIGGER),
    "an enum value added": autocommit("ALTER TYPE customer_status ADD VALUE 'dormant'"),
    "json to jsonb": sql("CREATE TABLE n (x json)", "ALTER TABLE n ALTER x TYPE jsonb"),
    "a renamed constraint and index": sql(
        "ALTER TABLE orders RENAME CONSTRAINT pk_orders TO orders_pk", "ALTER INDEX ix_orders_customer_id RENAME TO i"
    ),
    "a table renamed behind a view": sql(
        "ALTER TABLE products RENAME TO goods", "CREATE VIEW products AS SELECT * FROM goods"
    ),
    "a table renamed below a partitioned one": sql(
        "ALTER TABLE events_2025 RENAME TO e", "CREATE TABLE events_2025 (LIKE e) PARTITION BY RANGE (happened_at)",
        "ALTER TABLE events_2025 ATTACH PARTITION e DEFAULT",
    ),
    "a table renamed and copied": sql(
        "ALTER TABLE products RENAME TO goods", "CREATE TABLE products (LIKE goods INCLUDING ALL)",
        "INSERT INTO products SELECT * FROM goods",
    ),
    "a column renamed and copied": sql(
        "ALTER TABLE products RENAME weight TO grams", "ALTER TABLE products ADD weight int",
        "UPDATE products SET weight = grams",
    ),
    "a view with one more column": sql(
        "CREATE OR REPLACE VIEW active_customers AS"
        " SELECT id, email, name, phone FROM customers WHERE status = 'active'"
    ),
    "a view made again": sql(
        "DROP VIEW active_customers",
        "CREATE VIEW active_customers AS SELECT id, email, name, phone FROM customers WHERE credit > 0",
    ),
    "a type renamed back and forth": sql(
        "ALTER TYPE customer_status RENAME TO s", "ALTER TYPE s RENAME TO customer_status"
    ),
    "an enum with one more value in its place": sql(
        "ALTER TYPE customer_status RENAME TO old_status",
        "CREATE TYPE customer_status AS ENUM ('new', 'active', 'closed', 'dormant')",
        "DROP VIEW active_customers",
        "ALTER TABLE customers ALTER status DROP DEFAULT,"
        " ALTER status TYPE customer_status USING status::text::customer_status, ALTER status SET DEFAULT 'new'",
        "CREATE VIEW active_customers AS SELECT id, email, name FROM customers WHERE status = 'active'",
        "DROP TYPE old_status",
    ),
    "the type of a column that is new": sql("ALTER TABLE orders ADD x int", "ALTER TABLE orders ALTER x TYPE text"),
    "a trigger's function": sql(HARMLESS, TRIGGER, "DROP TRIGGER guard ON orders", "DROP FUNCTION guard()"),
}  # fmt: skip


@pytest.mark.parametrize("upgrade", NOTHING.values(), ids=NOTHING)
def test_what_a_release_never_notices(lab: Lab, upgrade: str) -> None:
    judged = lab.try_out(upgrade)
    assert judged.tracing.trips["tried"].upgrade.error is None
    assert judged.told("compatibility") == []


FOUND = {
    "a table": (sql("ALTER TABLE orders RENAME TO purchases"), "renamed-table(error)"),
    "a table by way of another name": (
        sql("ALTER TABLE orders RENAME TO x", "ALTER TABLE x RENAME TO purchases"), "renamed-table(error)"
    ),
    "a table behind a view with less": (
        sql("ALTER TABLE products RENAME TO goods", "CREATE VIEW products AS SELECT id FROM goods"),
        "renamed-table(error)",
    ),
    "a table behind a new one": (
        sql("ALTER TABLE products RENAME TO goods", "CREATE TABLE products (LIKE goods INCLUDING ALL)"),
        "renamed-table(error)",
    ),
    "a column behind a new one": (
        sql("ALTER TABLE products RENAME weight TO grams", "ALTER TABLE products ADD weight int DEFAULT 0"),
        "renamed-column(error)",
    ),
    "a table moved": (sql("ALTER TABLE products SET SCHEMA billing"), "renamed-table(error)"),
    "a schema": (sql("ALTER SCHEMA billing RENAME TO finance"), "renamed-table(error)"),
    "a view": (sql("ALTER VIEW active_customers RENAME TO actives"), "renamed-table(error)"),
    "a column": (sql("ALTER TABLE orders RENAME COLUMN note TO remark"), "renamed-column(error)"),
    "a column of a view": (
        sql("ALTER VIEW active_customers RENAME COLUMN name TO title"), "renamed-column(error)"
    ),
    "a materialized view": (sql("DROP MATERIALIZED VIEW order_totals"), "dropped-view(error)"),
    "a type of a view": (
        sql(
            "DROP VIEW active_customers",
            "CREATE VIEW active_customers AS SELECT id::text AS id, email, name FROM customers",
        ),
        "incompatible-type(error)",
    ),
    "number to text": (sql("ALTER TABLE products ALTER weight TYPE text"), "incompatible-type(error)"),
    "enum to text": (
        sql("DROP VIEW active_customers", "ALTER TABLE customers ALTER status TYPE text",
            "CREATE VIEW active_customers AS SELECT id, email, name FROM customers WHERE status = 'active'"),
        "incompatible-type(error)",
    ),
    "text to number": (
        sql("ALTER TABLE orders ALTER coupon TYPE int USING length(coupon)"), "incompatible-type(error)"
    ),
    "a required column of a domain": (
        sql("CREATE DOMAIN d AS int NOT NULL", "ALTER TABLE order_items ADD COLUMN x d"), "required-column(error)"
    ),
    "a default taken away again": (
        sql("ALTER TABLE orders ADD COLUMN x int NOT NULL DEFAULT 0", "ALTER TABLE orders ALTER x DROP DEFAULT"),
        "required-column(error)",
    ),
    "an identity taken away": (sql("ALTER TABLE orders ALTER id DROP IDENTITY"), "dropped-default(warning)"),
    "an identity that refuses": (
        sql("ALTER TABLE products ALTER id SET GENERATED ALWAYS"), "read-only-column(error)"
    ),
    "a trigger that refuses": (sql(REFUSING, TRIGGER), "refusing-trigger(warning)"),
    "an enum value renamed": (
        sql("ALTER TYPE customer_status RENAME VALUE 'new' TO 'fresh'"), "renamed-enum-value(error)"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("upgrade", "expected"), FOUND.values(), ids=FOUND)
def test_what_breaks_a_release(lab: Lab, upgrade: str, expected: str) -> None:
    assert lab.try_out(upgrade).told("compatibility") == [expected]


def test_a_function_that_begins_to_refuse(lab: Lab) -> None:
    judged = lab.try_out(sql(REFUSING.replace("CREATE", "CREATE OR REPLACE")), before=sql(HARMLESS, TRIGGER))
    assert judged.told("compatibility") == ["refusing-trigger(warning)"]


def test_a_domain_that_nothing_uses(lab: Lab) -> None:
    judged = lab.try_out(sql("ALTER DOMAIN d ADD CHECK (VALUE > 0)"), before=sql("CREATE DOMAIN d AS int"))
    assert judged.told("compatibility") == []


def test_a_table_of_the_same_pull_request(lab: Lab) -> None:
    upgrade = sql(
        "ALTER TABLE n RENAME COLUMN x TO y", "ALTER TABLE n ADD z int NOT NULL", "ALTER TABLE n RENAME TO m"
    )
    before = sql("CREATE TABLE n (id int PRIMARY KEY, x text)")
    assert lab.try_out(upgrade, before=before, together=True).told("compatibility") == []


def test_the_steps_of_a_rename_can_be_pasted(lab: Lab) -> None:
    advice = (
        lab.try_out(sql("ALTER TABLE customers RENAME COLUMN phone TO telephone"))
        .only("renamed-column")
        .advice
    )
    first, second, third = (part.partition("\n")[2] for part in advice.split("\n\n# "))
    expand = lab.try_out(first)
    assert expand.tracing.trips["tried"].upgrade.error is None
    assert expand.told("data", "compatibility", "availability") == []
    backfill = lab.try_out(second, before=first)
    assert backfill.tracing.trips["tried"].upgrade.error is None
    assert backfill.told("data", "compatibility", "availability") == []
    contract = lab.try_out(third, before=first)
    assert contract.told("data", "compatibility") == ["dropped-column(error)"]  # there is no downgrade
