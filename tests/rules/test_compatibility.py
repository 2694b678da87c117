"""Rules about the running release: what it cannot live with, and what it never notices."""

from __future__ import annotations

import pytest

from .lab import Lab

FUNCTION = "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$"
TRIGGER = "CREATE TRIGGER guard BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION guard()"
HARMLESS = FUNCTION.format(body="NEW.note := trim(NEW.note); RAISE WARNING 'trimmed';")
REFUSING = FUNCTION.format(body="IF NEW.note IS NULL THEN RAISE EXCEPTION 'a note'; END IF;")

BOUNDS = "FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')"
TOTALS = "CREATE MATERIALIZED VIEW order_totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id"
WITHIN = "happened_at >= '2025-01-01 00:00:00+00' AND happened_at < '2026-01-01 00:00:00+00'"


def sql(*statements: str) -> str:
    """The body of an upgrade that executes these."""
    return "\n".join(f"op.execute({statement!r})" for statement in statements)


def autocommit(*statements: str) -> str:
    return "with op.get_context().autocommit_block():\n    " + sql(*statements).replace("\n", "\n    ")


NOTHING = {
    "a CHECK of what is NOT NULL already": sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (total IS NOT NULL)"),
    "a unique constraint of what is unique already": sql(
        "ALTER TABLE customers ADD CONSTRAINT u UNIQUE (email, name)"
    ),
    "a partial unique index of what is unique already": sql(
        "CREATE UNIQUE INDEX u ON customers (email) WHERE credit > 0"
    ),
    "a CHECK once more": sql("ALTER TABLE products ADD CONSTRAINT c CHECK (price > 0)"),
    "a CHECK that is looser": sql(
        "ALTER TABLE products DROP CONSTRAINT ck_products_price",
        "ALTER TABLE products ADD CONSTRAINT ck_products_price CHECK (price > -1 AND price IS NOT NULL) NOT VALID",
    ),
    "a foreign key with another action": sql(
        "ALTER TABLE orders DROP CONSTRAINT fk_orders_customer_id, ADD CONSTRAINT fk_orders_customer_id"
        " FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE NOT VALID"
    ),
    "constraints of new columns": sql(
        "ALTER TABLE orders ADD x int REFERENCES customers, ADD y int NOT NULL DEFAULT 1, ADD CONSTRAINT c"
        " CHECK (x > 0 AND y > 0)",
        "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (x)",
    ),
    "a CHECK that wants a value of a new column with a default": sql(
        "ALTER TABLE orders ADD x int DEFAULT 1", "ALTER TABLE orders ADD CONSTRAINT c CHECK (x IS NOT NULL) NOT VALID"
    ),
    "constraints of a new table": sql(
        "CREATE TABLE n (id int PRIMARY KEY REFERENCES customers, x int UNIQUE CHECK (x > 0))",
        "ALTER TABLE n ADD CHECK (id > 0)",
    ),
    "a constraint renamed": sql("ALTER TABLE products RENAME CONSTRAINT ck_products_price TO c"),
    "a constraint that comes and goes": sql(
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (coupon <> '')", "ALTER TABLE orders DROP CONSTRAINT c"
    ),
    "row security that passes all": sql(
        "CREATE POLICY p ON orders USING (true)", "ALTER TABLE orders ENABLE ROW LEVEL SECURITY"
    ),
    "row security of a new table": sql("CREATE TABLE n (id int)", "ALTER TABLE n ENABLE ROW LEVEL SECURITY"),
    "a partition moved": sql(
        "ALTER TABLE events DETACH PARTITION events_2023",
        "ALTER TABLE events ATTACH PARTITION events_2023"
        " FOR VALUES FROM ('2022-01-01 00:00:00+00') TO ('2024-01-01 00:00:00+00')",
    ),
    "a privilege more": sql("GRANT SELECT ON orders TO public"),
    "an extension made again": sql("DROP EXTENSION plpgsql", "CREATE EXTENSION plpgsql"),
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
    "a materialized view computed beside the old one": (
        autocommit(TOTALS.replace("order_totals", "new_totals"))
        + "\n"
        + sql("DROP MATERIALIZED VIEW order_totals", "ALTER MATERIALIZED VIEW new_totals RENAME TO order_totals")
    ),
    "a materialized view dropped under another name": (
        sql("ALTER MATERIALIZED VIEW order_totals RENAME TO old_totals", TOTALS, "DROP MATERIALIZED VIEW old_totals")
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


REFUSED = "refusing-constraint(note)"

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
    "a view, for a moment": (
        autocommit(
            "DROP VIEW active_customers",
            "CREATE VIEW active_customers AS SELECT id, email, name FROM customers",
        ),
        "dropped-view(error)",
    ),
    "a materialized view, while it is computed anew": (
        sql("DROP MATERIALIZED VIEW order_totals") + "\n" + autocommit(TOTALS), "dropped-view(error)"
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
    "a CHECK": (sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (coupon <> '') NOT VALID"), REFUSED),
    "a stricter CHECK": (
        sql("ALTER TABLE products DROP CONSTRAINT ck_products_price, ADD CONSTRAINT c CHECK (price > 1)"), REFUSED
    ),
    "a CHECK that is valid": (sql("ALTER TABLE products ADD CONSTRAINT c CHECK (price < 1e9)"), REFUSED),
    "a foreign key": (
        sql("ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (referrer_id) REFERENCES customers NOT VALID"), REFUSED
    ),
    "a unique index": (autocommit("CREATE UNIQUE INDEX CONCURRENTLY u ON products (sku)"), REFUSED),
    "a unique index of an expression": (sql("CREATE UNIQUE INDEX u ON customers (lower(email))"), REFUSED),
    "a unique constraint by an index of the same revision": (
        sql("CREATE UNIQUE INDEX u ON products (sku)", "ALTER TABLE products ADD CONSTRAINT u UNIQUE USING INDEX u"),
        REFUSED,
    ),
    "a unique constraint of fewer columns": (
        sql("ALTER TABLE order_items ADD CONSTRAINT u UNIQUE (product_id)"), REFUSED
    ),
    "an exclusion": (sql("ALTER TABLE products ADD CONSTRAINT e EXCLUDE USING hash (sku WITH =)"), REFUSED),
    "NOT NULL": (sql("ALTER TABLE orders ALTER referrer_id SET NOT NULL"), REFUSED),
    "NOT NULL and the CHECK for it": (
        sql(
            "ALTER TABLE orders ADD CONSTRAINT c CHECK (referrer_id IS NOT NULL)",
            "ALTER TABLE orders ALTER referrer_id SET NOT NULL",
        ),
        REFUSED,
    ),
    "a CHECK of a partitioned table": (
        sql("ALTER TABLE events ADD CONSTRAINT c CHECK (kind <> '') NOT VALID"), REFUSED
    ),
    "a CHECK of a generated column": (
        sql("ALTER TABLE products ADD x int GENERATED ALWAYS AS (weight * 2) STORED CHECK (x > 0)"), REFUSED
    ),
    "a CHECK that wants a value of a new column": (
        sql("ALTER TABLE orders ADD x int", "ALTER TABLE orders ADD CONSTRAINT c CHECK (x IS NOT NULL) NOT VALID"),
        "refusing-constraint(error)",
    ),
    "a primary key": (
        sql("ALTER TABLE order_items DROP CONSTRAINT pk_order_items"), "dropped-unique-key(warning)"
    ),
    "a unique constraint": (
        sql("ALTER TABLE customers DROP CONSTRAINT uq_customers_email"), "dropped-unique-key(warning)"
    ),
    "a unique constraint made partial": (
        sql(
            "ALTER TABLE customers DROP CONSTRAINT uq_customers_email",
            "CREATE UNIQUE INDEX u ON customers (email) WHERE credit > 0",
        ),
        "dropped-unique-key(warning)",
    ),
    "row security": (sql("ALTER TABLE orders ENABLE ROW LEVEL SECURITY"), "hidden-rows(warning)"),
    "row security for all": (
        sql("ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"), "hidden-rows(error)"
    ),
    "row security of some": (
        sql("CREATE POLICY p ON orders USING (id > 1)", "ALTER TABLE orders ENABLE ROW LEVEL SECURITY"),
        "hidden-rows(note)",
    ),
    "a table attached": (sql(f"ALTER TABLE events ATTACH PARTITION events_2025 {BOUNDS}"), REFUSED),
    "a table attached as the default partition": (
        sql("ALTER TABLE events ATTACH PARTITION events_2025 DEFAULT"), REFUSED
    ),
    "a partition detached": (
        sql("ALTER TABLE events DETACH PARTITION events_2023"), "detached-partition(warning)"
    ),
    "a partition detached beside readers": (
        autocommit("ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY"), "detached-partition(warning)"
    ),
    "an extension": (sql("DROP EXTENSION plpgsql"), "dropped-extension(warning)"),
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


KNOWN = {
    "VALIDATE": (
        sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (coupon <> '') NOT VALID"),
        sql("ALTER TABLE orders VALIDATE CONSTRAINT c"),
    ),
    "bounds behind a CHECK, with an index built": (
        sql(
            f"ALTER TABLE events_2025 ADD CONSTRAINT c CHECK (happened_at IS NOT NULL AND {WITHIN})",
            "CREATE INDEX i ON events (kind)",
        ),
        sql(f"ALTER TABLE events ATTACH PARTITION events_2025 {BOUNDS}"),
    ),
    "NOT NULL behind a CHECK": (
        sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (referrer_id IS NOT NULL) NOT VALID"),
        sql("ALTER TABLE orders ALTER referrer_id SET NOT NULL", "ALTER TABLE orders DROP CONSTRAINT c"),
    ),
    "a unique constraint by an index": (
        sql("CREATE UNIQUE INDEX u ON products (sku)"),
        sql("ALTER TABLE products ADD CONSTRAINT u UNIQUE USING INDEX u"),
    ),
    "a unique constraint in the place of an index": (
        sql("CREATE UNIQUE INDEX u ON products (sku)"),
        sql("ALTER TABLE products ADD CONSTRAINT v UNIQUE (sku)", "DROP INDEX u"),
    ),
    "one value more": (
        sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (coupon IN ('a', 'b'))"),
        sql(
            "ALTER TABLE orders DROP CONSTRAINT c",
            "ALTER TABLE orders ADD CONSTRAINT c CHECK (coupon IN ('a', 'b', 'c')) NOT VALID",
        ),
    ),
    "a longer text": (
        sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (char_length(note) <= 10) NOT VALID"),
        sql(
            "ALTER TABLE orders DROP CONSTRAINT c",
            "ALTER TABLE orders ADD CONSTRAINT c CHECK (char_length(note) <= 20) NOT VALID",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "upgrade"), KNOWN.values(), ids=KNOWN)
def test_what_was_refused_before(lab: Lab, before: str, upgrade: str) -> None:
    judged = lab.try_out(upgrade, before=before)
    assert judged.tracing.trips["tried"].upgrade.error is None
    assert judged.told("compatibility") == []


def test_a_constraint_in_the_place_of_another(lab: Lab) -> None:
    upgrade = sql(
        "ALTER TABLE products DROP CONSTRAINT ck_products_price, ADD CONSTRAINT c CHECK (price > 1)"
    )
    assert lab.try_out(upgrade).only("refusing-constraint").message == (
        "Rows that products took so far are refused from the commit on by the CHECK c (23514). Whether the running "
        "release writes such rows is not known here; `assay preflight` asks the present rows only. It takes the "
        "place of ck_products_price; that it is looser, so that it refuses nothing new, cannot be told from its text."
    )


def test_a_partition_obeys_what_its_table_demands(lab: Lab) -> None:
    before = sql(
        "CREATE TABLE p (id int REFERENCES customers, at timestamptz) PARTITION BY RANGE (id)",
        "CREATE TABLE p_1 (id int, at timestamptz) PARTITION BY RANGE (at)",
        "CREATE TABLE p_1_1 PARTITION OF p_1 DEFAULT",
    )
    judged = lab.try_out(sql("ALTER TABLE p ATTACH PARTITION p_1 FOR VALUES FROM (1) TO (10)"), before=before)
    start = "Rows that p_1 took so far are refused from the commit on by the "
    told = [f.message.partition(")")[0] for f in judged.findings if f.rule == "refusing-constraint"]
    assert told == [
        f"{start}bounds that it gets in p (23514",
        f"{start}foreign key p_id_fkey that it gets from p (23503",
    ]


def test_a_foreign_key_keeps_the_rows_it_points_at(lab: Lab) -> None:
    upgrade = sql(
        "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (referrer_id) REFERENCES customers NOT VALID"
    )
    message = lab.try_out(upgrade).only("refusing-constraint").message
    assert (
        "by the foreign key f (23503), and so is a DELETE of rows of customers that they refer to." in message
    )


PRIVILEGES = {
    "REVOKE": (
        sql("GRANT SELECT, INSERT ON products TO public"),
        sql("REVOKE SELECT ON products FROM public"),
        "Takes SELECT from public away on the table products",
    ),
    "a view made again": (
        sql("GRANT SELECT ON active_customers TO public"),
        sql("DROP VIEW active_customers", "CREATE VIEW active_customers AS SELECT id, email, name FROM customers"),
        "It is made again, without what was granted on it.",
    ),
    "what everybody has": (
        sql("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
        sql("REVOKE EXECUTE ON FUNCTION f() FROM public"),
        "Takes EXECUTE from public away on the function f()",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "upgrade", "message"), PRIVILEGES.values(), ids=PRIVILEGES)
def test_a_privilege_less(lab: Lab, before: str, upgrade: str, message: str) -> None:
    judged = lab.try_out(upgrade, before=before)
    assert judged.told("compatibility") == ["revoked-privilege(warning)"]
    assert message in judged.only("revoked-privilege").message


def test_a_view_made_again_and_granted(lab: Lab) -> None:
    before, upgrade, _ = PRIVILEGES["a view made again"]
    judged = lab.try_out(upgrade, before=before)
    _, _, grant = judged.only("revoked-privilege").advice.partition("\n\n")
    assert lab.try_out(f"{upgrade}\n{grant}", before=before).told("compatibility") == []


def test_a_domain_that_nothing_uses(lab: Lab) -> None:
    judged = lab.try_out(sql("ALTER DOMAIN d ADD CHECK (VALUE > 0)"), before=sql("CREATE DOMAIN d AS int"))
    assert judged.told("compatibility") == []


MADE = {
    "a table": (
        sql("CREATE TABLE n (id int PRIMARY KEY, x text)"),
        sql("ALTER TABLE n RENAME COLUMN x TO y", "ALTER TABLE n ADD z int NOT NULL", "ALTER TABLE n RENAME TO m"),
    ),
    "a column": (
        sql("ALTER TABLE orders ADD x int DEFAULT 1, ADD y int DEFAULT 1, ADD z int DEFAULT 1"),
        sql(
            "ALTER TABLE orders RENAME x TO w",
            "ALTER TABLE orders ALTER w TYPE text",
            "ALTER TABLE orders ALTER y SET NOT NULL",
            "ALTER TABLE orders DROP z",
        ),
    ),
    "an enum, a domain, a sequence": (
        sql(
            "CREATE TYPE mood AS ENUM ('a', 'b')",
            "CREATE DOMAIN d AS int",
            "CREATE SEQUENCE s",
            "ALTER TABLE orders ADD m mood DEFAULT 'a', ADD x d DEFAULT 1",
        ),
        sql(
            "ALTER TYPE mood RENAME VALUE 'b' TO 'c'",
            "ALTER DOMAIN d ADD CHECK (VALUE > 0)",
            "DROP SEQUENCE s",
        ),
    ),
    "an enum's value": (
        autocommit("ALTER TYPE customer_status ADD VALUE 'dormant'"),
        sql("ALTER TYPE customer_status RENAME VALUE 'dormant' TO 'asleep'"),
    ),
    "a function, a view, and what stands on them": (
        sql(
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE VIEW v AS SELECT id, f() AS x FROM orders",
            "CREATE MATERIALIZED VIEW m AS SELECT id, note FROM orders",
            "GRANT SELECT ON orders TO public",
        ),
        sql(
            "DROP MATERIALIZED VIEW m",
            "CREATE MATERIALIZED VIEW m AS SELECT id FROM orders",
            "DROP FUNCTION f() CASCADE",
            "REVOKE SELECT ON orders FROM public",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "upgrade"), MADE.values(), ids=MADE)
def test_what_the_same_pull_request_made_no_release_knows(lab: Lab, before: str, upgrade: str) -> None:
    judged = lab.try_out(upgrade, before=before, together=True)
    trips = judged.tracing.trips
    assert (trips["earlier"].upgrade.error, trips["tried"].upgrade.error) == (None, None)
    assert judged.told("compatibility", "data") == []


REPLACED = {
    "a view under the name of a released one": (
        sql("DROP VIEW active_customers", "CREATE VIEW active_customers AS SELECT id, email, name FROM customers"),
        sql("DROP VIEW active_customers"),
        ["dropped-view(error)"],
    ),
    "a table under the name of a released one": (
        sql(
            "CREATE TABLE n (LIKE products INCLUDING ALL)",
            "INSERT INTO n SELECT * FROM products",
            "ALTER TABLE products RENAME TO o",
            "ALTER TABLE n RENAME TO products",
        ),
        sql("CREATE INDEX i ON products (weight)"),
        ["blocking-index-build(error)"],
    ),
    "NOT NULL": (
        sql("ALTER TABLE orders ADD x int"),
        sql("ALTER TABLE orders ALTER x SET NOT NULL"),
        ["blocking-scan(error)", "required-column(error)"],
    ),
    "a required column renamed": (
        sql("ALTER TABLE orders ADD x int NOT NULL"), sql("ALTER TABLE orders RENAME x TO y"), []
    ),
    "a default taken away": (
        sql("ALTER TABLE orders ADD x int NOT NULL DEFAULT 0"),
        sql("ALTER TABLE orders ALTER x DROP DEFAULT"),
        ["required-column(error)"],
    ),
    "a CHECK that wants a value": (
        sql("ALTER TABLE orders ADD x int"),
        sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (x IS NOT NULL) NOT VALID"),
        ["refusing-constraint(error)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "upgrade", "expected"), REPLACED.values(), ids=REPLACED)
def test_what_a_release_meets_in_a_later_revision_of_the_same_pull_request(
    lab: Lab, before: str, upgrade: str, expected: list[str]
) -> None:
    found = lab.try_out(upgrade, before=before, together=True).findings
    groups = ("availability", "compatibility")
    told = [f"{f.rule}({f.severity.value})" for f in found if f.revision == "tried" and f.group in groups]
    assert told == expected


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
