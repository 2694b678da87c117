"""Rules about who is kept out: the classic traps, on both sides of each line."""

from __future__ import annotations

import ast

import pytest

from .lab import IRREVERSIBLE, Judged, Lab, stats

GROUP = "availability"


def sql(*statements: str) -> str:
    """The body of an upgrade that executes these."""
    return "\n".join(f"op.execute({statement!r})" for statement in statements)


def autocommit(*statements: str) -> str:
    return "with op.get_context().autocommit_block():\n    " + sql(*statements).replace("\n", "\n    ")


BOUNDS = "FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')"
WITHIN = (
    "happened_at IS NOT NULL AND happened_at >= '2025-01-01 00:00:00+00'"
    " AND happened_at < '2026-01-01 00:00:00+00'"
)

NOTHING = {
    "a wider varchar": sql("ALTER TABLE orders ALTER coupon TYPE varchar(80)"),
    "varchar to text": sql("ALTER TABLE orders ALTER coupon TYPE text"),
    "text to varchar without a limit": sql("ALTER TABLE orders ALTER note TYPE varchar"),
    "a wider numeric": sql("ALTER TABLE order_items ALTER discount TYPE numeric(8, 2)"),
    "a numeric without limits": sql("ALTER TABLE order_items ALTER discount TYPE numeric"),
    "timestamp to timestamptz under UTC": sql(
        "SET LOCAL TimeZone = 'UTC'", "ALTER TABLE customers ALTER last_seen TYPE timestamptz"
    ),
    "the default now()": sql("ALTER TABLE orders ADD x timestamptz NOT NULL DEFAULT now()"),
    "a constant default": sql("ALTER TABLE orders ADD x int NOT NULL DEFAULT 1"),
    "a column of a domain without constraints": sql("CREATE DOMAIN d AS text", "ALTER TABLE orders ADD x d"),
    "a nullable column": sql("ALTER TABLE orders ADD x text"),
    "a renamed column": sql("ALTER TABLE orders RENAME note TO remark"),
    "a dropped index": sql("DROP INDEX ix_orders_customer_id"),
    "a dropped column": sql("ALTER TABLE orders DROP note"),
    "a CHECK that is not valid yet": sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID"),
    "a foreign key that is not valid yet": sql(
        "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (referrer_id) REFERENCES customers NOT VALID"
    ),
    "a table with a foreign key to one in use": sql(
        "CREATE TABLE baskets (id bigint PRIMARY KEY, customer_id int REFERENCES customers)",
        "CREATE INDEX ON baskets (customer_id)",
        "INSERT INTO baskets VALUES (1, NULL)",
    ),
    "a table with foreign keys to two in use": sql(
        "CREATE TABLE likes (customer_id int REFERENCES customers, product_id int REFERENCES products)"
    ),
    "index, CHECK and NOT NULL of a table made here": sql(
        "CREATE TABLE boxes (id int, size int)",
        "INSERT INTO boxes SELECT n, n FROM generate_series(1, 100) AS n",
        "CREATE INDEX ON boxes (size)",
        "ALTER TABLE boxes ADD CHECK (size > 0), ALTER size SET NOT NULL, ALTER id TYPE bigint",
        "ALTER TABLE boxes ADD PRIMARY KEY (id)",
    ),
    "CONCURRENTLY": autocommit("CREATE INDEX CONCURRENTLY i ON orders (placed_at)"),
    "REINDEX CONCURRENTLY": autocommit("REINDEX TABLE CONCURRENTLY orders"),
    "REFRESH CONCURRENTLY": autocommit("REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals"),
    "a new materialized view": sql("CREATE MATERIALIZED VIEW m AS SELECT * FROM orders"),
    "the index of a materialized view": sql("CREATE INDEX ON order_totals (total)"),
    "the index of a partitioned table alone": sql("CREATE INDEX i ON ONLY events (kind)"),
    "an enum value": autocommit("ALTER TYPE customer_status ADD VALUE 'dormant'"),
    "a new partition": sql(
        "CREATE TABLE events_2026 PARTITION OF events"
        " FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00')"
    ),
    "DETACH": sql("ALTER TABLE events DETACH PARTITION events_2024"),
    "DETACH CONCURRENTLY": autocommit("ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY"),
    "a trigger": sql(
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f()",
    ),
    "row security": sql("ALTER TABLE orders ENABLE ROW LEVEL SECURITY"),
    "one row by its key behind a DDL": sql(
        "ALTER TABLE orders ADD x int", "UPDATE orders SET x = 1 WHERE id = 1"
    ),
    "a data step before the DDL": sql("UPDATE orders SET note = 'x'", "ALTER TABLE orders ADD x int"),
    "a data step alone": sql("UPDATE orders SET note = 'x'"),
    "several changes of one table": sql("ALTER TABLE orders ADD x int", "ALTER TABLE orders ADD y int"),
    "one foreign key dropped": sql("ALTER TABLE order_items DROP CONSTRAINT fk_order_items_product_id"),
    "parent and partition": sql(
        "ALTER TABLE events ADD x int", "ALTER TABLE events_2023 SET (autovacuum_enabled = off)"
    ),
    "a comment on each of several tables": sql(
        "COMMENT ON TABLE orders IS 'o'", "COMMENT ON TABLE customers IS 'c'"
    ),
    "a required column, which is another rule's": sql("ALTER TABLE orders ADD x int NOT NULL"),
}


@pytest.mark.parametrize("upgrade", NOTHING.values(), ids=NOTHING.keys())
def test_what_keeps_nobody_out(lab: Lab, upgrade: str) -> None:
    judged = lab.try_out(upgrade)
    assert judged.tracing.trips["tried"].upgrade.error is None
    assert judged.told(GROUP) == []


STEPS = {
    "VALIDATE alone": (
        sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID"),
        sql("ALTER TABLE orders VALIDATE CONSTRAINT c"),
    ),
    "VALIDATE of a foreign key alone": (
        sql("ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (referrer_id) REFERENCES customers NOT VALID"),
        sql("ALTER TABLE orders VALIDATE CONSTRAINT f"),
    ),
    "NOT NULL behind a validated CHECK": (
        sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (note IS NOT NULL)"),
        sql("ALTER TABLE orders ALTER note SET NOT NULL", "ALTER TABLE orders DROP CONSTRAINT c"),
    ),
    "UNIQUE by an index": (
        sql("CREATE UNIQUE INDEX u ON products (sku)"),
        sql("ALTER TABLE products ADD CONSTRAINT u UNIQUE USING INDEX u"),
    ),
    "PRIMARY KEY by an index": (
        sql(
            "ALTER TABLE order_items DROP CONSTRAINT pk_order_items",
            "CREATE UNIQUE INDEX u ON order_items (order_id, product_id)",
        ),
        sql("ALTER TABLE order_items ADD CONSTRAINT u PRIMARY KEY USING INDEX u"),
    ),
    "ATTACH behind a CHECK": (
        sql(f"ALTER TABLE events_2025 ADD CONSTRAINT c CHECK ({WITHIN})"),
        sql(f"ALTER TABLE events ATTACH PARTITION events_2025 {BOUNDS}"),
    ),
    "the first refresh of a view without data": (
        sql("CREATE MATERIALIZED VIEW m AS SELECT * FROM orders WITH NO DATA"),
        sql("REFRESH MATERIALIZED VIEW m"),
    ),
    "a stored column that becomes plain": (
        sql("ALTER TABLE products ADD double numeric GENERATED ALWAYS AS (price * 2) STORED"),
        sql("ALTER TABLE products ALTER double DROP EXPRESSION"),
    ),
}


@pytest.mark.parametrize(("before", "upgrade"), STEPS.values(), ids=STEPS.keys())
def test_the_second_step_keeps_nobody_out(lab: Lab, before: str, upgrade: str) -> None:
    judged = lab.try_out(upgrade, before=before)
    assert judged.tracing.trips["tried"].upgrade.error is None
    assert judged.told(GROUP) == []


REWRITE, BUILD, SCAN = ["table-rewrite(error)"], ["blocking-index-build(error)"], ["blocking-scan(error)"]
HELD = ["lock-held-over-work(error)"]
SEVERAL = ["locks-on-several-tables(warning)"]

FOUND = {
    "int to bigint": (sql("ALTER TABLE order_items ALTER quantity TYPE bigint"), REWRITE),
    "text to varchar(n)": (sql("ALTER TABLE orders ALTER note TYPE varchar(500)"), REWRITE),
    "a narrower varchar": (sql("ALTER TABLE customers ALTER phone TYPE varchar(15)"), REWRITE),
    "a narrower numeric": (sql("ALTER TABLE order_items ALTER discount TYPE numeric(3, 1)"), REWRITE),
    "timestamp to timestamptz elsewhere": (
        sql(
            "SET LOCAL TimeZone = 'America/Toronto'", "ALTER TABLE customers ALTER last_seen TYPE timestamptz"
        ),
        REWRITE,
    ),
    "the default clock_timestamp()": (
        sql("ALTER TABLE orders ADD x timestamptz DEFAULT clock_timestamp()"),
        REWRITE,
    ),
    "the default gen_random_uuid()": (
        sql("ALTER TABLE orders ADD x uuid DEFAULT gen_random_uuid()"),
        REWRITE,
    ),
    "an identity": (sql("ALTER TABLE orders ADD x bigint GENERATED ALWAYS AS IDENTITY"), REWRITE),
    "a serial": (sql("ALTER TABLE orders ADD x bigserial"), REWRITE),
    "a stored column": (
        sql("ALTER TABLE orders ADD x numeric GENERATED ALWAYS AS (total * 2) STORED"),
        REWRITE,
    ),
    "a column of a constrained domain": (
        sql("CREATE DOMAIN d AS text CHECK (value <> '')", "ALTER TABLE orders ADD x d"),
        REWRITE,
    ),
    "UNLOGGED": (sql("ALTER TABLE order_items SET UNLOGGED"), REWRITE),
    "CLUSTER": (sql("CLUSTER orders USING ix_orders_customer_id"), REWRITE),
    "VACUUM FULL": (autocommit("VACUUM FULL orders"), REWRITE),
    "in a DO block": (
        sql("DO $$ BEGIN ALTER TABLE order_items ALTER quantity TYPE bigint; END $$"),
        REWRITE,
    ),
    "in a function": (
        sql(
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'CREATE INDEX i ON orders (placed_at)'",
            "SELECT f()",
        ),
        BUILD,
    ),
    "in an f-string and a loop": (
        (
            "for table in ('orders', 'products'):\n"
            "    with op.get_context().autocommit_block():\n"
            "        op.execute(f'CREATE INDEX IF NOT EXISTS i_{table} ON {table} (id)')"
        ),
        BUILD * 2,
    ),
    "many statements in one string": (
        sql("CREATE TABLE t (); CREATE INDEX i ON orders (placed_at); COMMENT ON TABLE t IS 'x'"),
        BUILD,
    ),
    "an index": (sql("CREATE INDEX i ON orders (placed_at)"), BUILD),
    "an index outside a transaction": (autocommit("CREATE INDEX i ON orders (placed_at)"), BUILD),
    "a unique constraint": (sql("ALTER TABLE products ADD CONSTRAINT u UNIQUE (sku)"), BUILD),
    "a primary key": (
        sql("ALTER TABLE order_items DROP CONSTRAINT pk_order_items, ADD PRIMARY KEY (product_id, order_id)"),
        BUILD,
    ),
    "an exclusion constraint": (sql("ALTER TABLE products ADD EXCLUDE USING btree (id WITH =)"), BUILD),
    "the index of a partitioned table": (sql("CREATE INDEX i ON events (kind)"), BUILD),
    "REINDEX": (sql("REINDEX TABLE orders"), BUILD),
    "an index behind a DDL": (
        sql("ALTER TABLE orders ADD x int", "CREATE INDEX i ON orders (x)"),
        BUILD,
    ),
    "NOT NULL": (sql("ALTER TABLE customers ALTER name SET NOT NULL"), SCAN),
    "NOT NULL behind a CHECK that is not valid": (
        sql(
            "ALTER TABLE customers ADD CONSTRAINT c CHECK (name IS NOT NULL) NOT VALID",
            "ALTER TABLE customers ALTER name SET NOT NULL",
        ),
        SCAN,
    ),
    "a CHECK": (sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0)"), SCAN),
    "the CHECK of a new column": (sql("ALTER TABLE orders ADD x int DEFAULT 1 CHECK (x > 0)"), SCAN),
    "a foreign key": (
        sql("ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (referrer_id) REFERENCES customers"),
        SCAN,
    ),
    "ATTACH": (sql(f"ALTER TABLE events ATTACH PARTITION events_2025 {BOUNDS}"), SCAN),
    "a scan in a function with its DDL": (
        sql("DO $$ BEGIN ALTER TABLE orders ADD x int; UPDATE orders SET x = 1; END $$"),
        HELD,
    ),
    "REFRESH": (sql("REFRESH MATERIALIZED VIEW order_totals"), ["blocking-refresh(error)"]),
    "a materialized view computed anew behind a rename": (
        sql(
            "ALTER MATERIALIZED VIEW order_totals RENAME TO old_totals",
            "CREATE MATERIALIZED VIEW order_totals AS SELECT customer_id FROM orders GROUP BY 1",
        ),
        ["blocking-refresh(error)"],
    ),
    "NOT VALID and VALIDATE": (
        sql(
            "ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0) NOT VALID",
            "ALTER TABLE orders VALIDATE CONSTRAINT c",
        ),
        HELD,
    ),
    "NOT VALID and VALIDATE of a foreign key": (
        sql(
            "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (referrer_id) REFERENCES customers NOT VALID",
            "ALTER TABLE orders VALIDATE CONSTRAINT f",
        ),
        HELD,
    ),
    "a backfill behind the column": (sql("ALTER TABLE orders ADD x int", "UPDATE orders SET x = 1"), HELD),
    "a backfill of another table": (
        sql("ALTER TABLE orders ADD x int", "UPDATE products SET weight = 1"),
        HELD,
    ),
    "a data load behind a foreign key": (
        sql(
            "CREATE TABLE baskets (id bigint, customer_id int REFERENCES customers)",
            "INSERT INTO baskets SELECT id, customer_id FROM orders",
        ),
        HELD,
    ),
    "a question behind a DDL": (
        sql("ALTER TABLE orders ADD x int", "SELECT count(*) FROM products WHERE weight > 1"),
        HELD,
    ),
    "LOCK TABLE and a backfill": (
        sql("LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE", "UPDATE orders SET note = 'x'"),
        HELD,
    ),
    "an index while another table is locked": (
        sql("ALTER TABLE orders ADD x int", "CREATE INDEX i ON products (sku)"),
        [*BUILD, *HELD],
    ),
    "a backfill of two tables": (
        sql("ALTER TABLE orders ADD x int", "UPDATE orders SET x = 1", "UPDATE products SET weight = 1"),
        HELD * 2,
    ),
    "two tables": (sql("ALTER TABLE orders ADD x int", "ALTER TABLE customers ADD x int"), SEVERAL),
    "three tables": (
        sql(
            "ALTER TABLE orders ADD x int",
            "ALTER TABLE customers ADD x int",
            "ALTER TABLE products ADD x int",
        ),
        SEVERAL * 2,
    ),
    "a column and a foreign key elsewhere": (
        sql(
            "ALTER TABLE orders ADD x int",
            "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES customers NOT VALID",
        ),
        SEVERAL,
    ),
    "a dropped table with two foreign keys": (
        sql("DROP TABLE order_items"),
        ["lock-on-referenced-table(warning)"],
    ),
    "a dropped table with one foreign key": (
        sql("DROP TABLE billing.invoices"),
        ["lock-on-referenced-table(note)"],
    ),
    "two foreign keys dropped at once": (
        sql(
            "ALTER TABLE order_items DROP CONSTRAINT fk_order_items_product_id,"
            " DROP CONSTRAINT fk_order_items_order_id"
        ),
        ["lock-on-referenced-table(warning)"],
    ),
    "CONCURRENTLY on a partitioned table": (
        autocommit("CREATE INDEX CONCURRENTLY i ON events (kind)"),
        ["unsupported-concurrently(error)"],
    ),
    "DROP CONCURRENTLY of two": (
        autocommit("DROP INDEX CONCURRENTLY ix_orders_customer_id, ix_order_items_product_id"),
        ["unsupported-concurrently(error)"],
    ),
}


@pytest.mark.parametrize(("upgrade", "expected"), FOUND.values(), ids=FOUND.keys())
def test_what_keeps_people_out(lab: Lab, upgrade: str, expected: list[str]) -> None:
    assert sorted(lab.try_out(upgrade).told(GROUP)) == sorted(expected)


REFERRING = (
    "CREATE TABLE r (id bigint, at timestamptz CHECK (at >= '2024-01-01 00:00:00+00'),"
    " FOREIGN KEY (id, at) REFERENCES events)"
)
AFTER = {
    "an attached partition without the parent's index": (
        sql("CREATE INDEX i ON events (kind)"),
        sql(f"ALTER TABLE events ATTACH PARTITION events_2025 {BOUNDS}"),
        BUILD,
    ),
    "an attached table that is partitioned itself": (
        sql(
            "CREATE TABLE e (LIKE events INCLUDING ALL) PARTITION BY RANGE (happened_at)",
            "CREATE TABLE e_1 PARTITION OF e DEFAULT",
        ),
        sql(f"ALTER TABLE events ATTACH PARTITION e {BOUNDS}"),
        SCAN,
    ),
    "a detached partition that a table without an index may refer to": (
        sql(REFERRING),
        sql("ALTER TABLE events DETACH PARTITION events_2023"),
        SCAN,
    ),
    "a detached partition that a table with an index may refer to": (
        sql(
            REFERRING,
            "CREATE INDEX i ON r (id, at)",
        ),
        sql("ALTER TABLE events DETACH PARTITION events_2023"),
        [],
    ),
    "a partition beside a default one": (
        sql("ALTER TABLE events ATTACH PARTITION events_2025 DEFAULT"),
        sql(
            "CREATE TABLE events_2026 PARTITION OF events"
            " FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00')"
        ),
        SCAN,
    ),
    "a constraint of a domain in use": (
        sql("CREATE DOMAIN d AS text", "ALTER TABLE orders ADD x d"),
        sql("ALTER DOMAIN d ADD CHECK (value <> '')"),
        SCAN,
    ),
    "a primary key by an index on nullable columns": (
        sql(
            "ALTER TABLE order_items DROP CONSTRAINT pk_order_items, ALTER order_id DROP NOT NULL",
            "CREATE UNIQUE INDEX u ON order_items (order_id, product_id)",
        ),
        sql("ALTER TABLE order_items ADD CONSTRAINT u PRIMARY KEY USING INDEX u"),
        SCAN,
    ),
    "a view that cannot be refreshed concurrently": (
        sql("DROP INDEX uq_order_totals_customer_id"),
        autocommit("REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals"),
        ["unsupported-concurrently(error)"],
    ),
}


@pytest.mark.parametrize(("before", "upgrade", "expected"), AFTER.values(), ids=AFTER.keys())
def test_what_depends_on_the_state_before(lab: Lab, before: str, upgrade: str, expected: list[str]) -> None:
    assert lab.try_out(upgrade, before=before).told(GROUP) == expected


def test_a_virtual_column_is_no_rewrite(lab: Lab) -> None:
    if lab.major < 18:
        pytest.skip("PostgreSQL 18 has them first")
    upgrade = sql("ALTER TABLE orders ADD x numeric GENERATED ALWAYS AS (total * 2) VIRTUAL")
    assert lab.try_out(upgrade).told(GROUP) == []


def test_not_null_that_is_not_valid_is_brief(lab: Lab) -> None:
    if lab.major < 18:
        pytest.skip("PostgreSQL 18 has it first")
    step = "ALTER TABLE customers ADD CONSTRAINT c NOT NULL name NOT VALID"
    assert lab.try_out(sql(step)).told(GROUP) == []
    assert lab.try_out(sql("ALTER TABLE customers VALIDATE CONSTRAINT c"), before=sql(step)).told(GROUP) == []


MADE = sql("CREATE TABLE boxes (id int, size int)", "INSERT INTO boxes SELECT 1, 1")
ON_IT = sql(
    "CREATE INDEX i ON boxes (size)", "ALTER TABLE boxes ALTER id TYPE bigint", "UPDATE boxes SET size = 2"
)


def test_a_table_of_the_same_pull_request_has_no_users(lab: Lab) -> None:
    assert lab.try_out(ON_IT, before=MADE, together=True).told(GROUP) == []
    alone = lab.try_out(ON_IT, before=MADE, together=False)
    assert alone.told(GROUP) == [*BUILD, *REWRITE, *HELD]


SIZED = {
    "a rewrite": (sql("ALTER TABLE orders ADD x uuid DEFAULT gen_random_uuid()"), "table-rewrite"),
    "a build": (sql("CREATE INDEX i ON orders (placed_at)"), "blocking-index-build"),
    "a scan": (sql("ALTER TABLE orders ADD CHECK (total >= 0)"), "blocking-scan"),
    "a lock held on": (sql("ALTER TABLE orders ADD x int", "UPDATE orders SET x = 1"), "lock-held-over-work"),
}


@pytest.mark.parametrize(("upgrade", "rule"), SIZED.values(), ids=SIZED.keys())
def test_what_is_small_blocks_nobody_for_long(lab: Lab, upgrade: str, rule: str) -> None:
    small = lab.try_out(upgrade, stats=stats(orders=200))
    assert small.told(GROUP) == [f"{rule}(note)"]
    assert "(about 200 rows)" in small.only(rule).message
    large = lab.try_out(upgrade, stats=stats(orders=40_000_000))
    assert large.told(GROUP) == [f"{rule}(error)"]
    assert "(about 40,000,000 rows)" in large.only(rule).message
    assert lab.try_out(upgrade, stats=stats(customers=3)).told(GROUP) == [f"{rule}(error)"]


def test_a_partitioned_table_is_small_as_a_whole(lab: Lab) -> None:
    upgrade = sql("CREATE INDEX i ON events (kind)")
    sizes = stats(events=40_000_000, events_2023=10, events_2024=40_000_000)
    assert lab.try_out(upgrade, stats=sizes).told(GROUP) == BUILD
    assert lab.try_out(upgrade, stats=stats(events=10)).told(GROUP) == ["blocking-index-build(note)"]


def test_the_work_that_counts_is_that_on_the_largest_table(lab: Lab) -> None:
    upgrade = sql("ALTER TABLE orders ADD x int", "UPDATE orders SET x = p.id FROM products p WHERE true")
    found = lab.try_out(upgrade, stats=stats(orders=10, products=40_000_000)).only("lock-held-over-work")
    assert found.severity.value == "error"
    assert found.message.startswith("Reads all of products (about 40,000,000 rows)")


BLOCK = (
    "ALTER TABLE orders ADD x int; UPDATE orders SET x = 1;"
    " ALTER TABLE orders ADD CONSTRAINT c CHECK (x IS NOT NULL) NOT VALID;"
)

MESSAGES = {
    "table-rewrite": (
        sql("ALTER TABLE order_items ALTER quantity TYPE bigint"),
        (
            "Writes order_items (about 40,000,000 rows) anew because quantity becomes bigint (was integer) under "
            "ACCESS EXCLUSIVE: reads and writes wait until the copy is made, about 122 s, and the transaction ends."
        ),
    ),
    "blocking-index-build": (
        sql("CREATE INDEX i ON order_items (quantity)"),
        (
            "Builds i on order_items (about 40,000,000 rows) under SHARE: writes wait until it is built, about 61 s, "
            "and the transaction ends."
        ),
    ),
    "blocking-scan": (
        sql("ALTER TABLE order_items ADD CONSTRAINT c FOREIGN KEY (quantity) REFERENCES products"),
        (
            "Reads all of order_items (about 40,000,000 rows) to prove c under SHARE ROW EXCLUSIVE: writes wait, "
            "also writes of products, until it is read, about 31 s, and the transaction ends."
        ),
    ),
    "blocking-refresh": (
        sql("REFRESH MATERIALIZED VIEW order_totals"),
        (
            "Computes order_totals anew under ACCESS EXCLUSIVE: reads and writes wait until its query has run, and "
            "the transaction ends."
        ),
    ),
    "lock-held-over-work": (
        sql("ALTER TABLE orders ADD x int", "UPDATE order_items SET quantity = 2"),
        (
            "Writes all of order_items (about 40,000,000 rows), about 122 s, while the transaction holds ACCESS "
            "EXCLUSIVE on orders (since line 23): reads and writes of orders wait until it ends."
        ),
    ),
    "blocking-refresh of a view made again": (
        sql(
            "DROP MATERIALIZED VIEW order_totals",
            "CREATE MATERIALIZED VIEW order_totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1",
        ),
        (
            "Computes order_totals anew while the transaction holds ACCESS EXCLUSIVE on the one that line 23 takes away: "
            "reads wait until its query has run, and the transaction ends."
        ),
    ),
    "blocking-index-build of a partition": (
        sql("CREATE INDEX ON events_2023 (kind)", "CREATE INDEX i ON events (kind)"),
        (
            "Builds i on events, in its partition events_2024 under SHARE: writes wait until it is built, and the "
            "transaction ends."
        ),
    ),
    "blocking-index-build of partitions": (
        sql("CREATE INDEX i ON events (kind)"),
        (
            "Builds i on events, in 2 partitions under SHARE: writes wait until it is built, and the transaction ends."
        ),
    ),
    "lock-held-over-work of a block": (
        sql(f"DO $$ BEGIN {BLOCK} END $$"),
        (
            "Writes all of orders, in one block with what takes ACCESS EXCLUSIVE on orders, and from then on: reads "
            "and writes of orders wait until it ends."
        ),
    ),
    "lock-held-over-work of a loop": (
        'op.execute("ALTER TABLE orders ADD x int")\nfor n in range(3):\n    op.execute(f"UPDATE orders SET x = {n}")',
        (
            "Writes all of orders, while the transaction holds ACCESS EXCLUSIVE on orders (since line 23): reads and "
            "writes of orders wait until it ends. (3 times: this line runs more than once.)"
        ),
    ),
    "lock-held-over-work of a rewrite": (
        sql("ALTER TABLE orders ADD x int", "CLUSTER products USING pk_products"),
        (
            "Rewrites products, while the transaction holds ACCESS EXCLUSIVE on orders (since line 23): reads and "
            "writes of orders wait until it ends."
        ),
    ),
    "locks-on-several-tables": (
        sql("ALTER TABLE orders ADD x int", "ALTER TABLE order_items ADD x int"),
        (
            "Waits for ACCESS EXCLUSIVE on order_items while the transaction holds ACCESS EXCLUSIVE on orders "
            "(since line 23): behind a long query on order_items, reads and writes of orders wait as well."
        ),
    ),
    "lock-on-referenced-table": (
        sql("DROP TABLE order_items"),
        (
            "Takes ACCESS EXCLUSIVE also on orders and products, which a foreign key ties to what is dropped: their "
            "reads and writes wait until the transaction ends."
        ),
    ),
}


@pytest.mark.parametrize(("rule", "case"), MESSAGES.items(), ids=MESSAGES.keys())
def test_messages_tell_lock_table_work_and_time(lab: Lab, rule: str, case: tuple[str, str]) -> None:
    upgrade, message = case
    told = lab.try_out(upgrade, stats=stats(order_items=40_000_000)).findings
    found = [each for each in told if each.rule == rule.partition(" ")[0]][-1]
    assert found.message == message


def code(judged: Judged, rule: str) -> list[str]:
    """The revisions that a finding's advice is made of, without their headings."""
    parts: list[list[str]] = []
    for line in judged.only(rule).advice.split("\n"):
        if line.startswith("# ") and line[2].isdigit():
            parts.append([])
        elif parts:
            parts[-1].append(line)
    return ["\n".join(lines).strip() for lines in parts] or [judged.only(rule).advice]


ADVISED = {
    "an index": (sql("CREATE INDEX i ON orders (placed_at)"), "blocking-index-build"),
    "a unique index of expressions": (
        sql("CREATE UNIQUE INDEX i ON products (lower(sku), id DESC) INCLUDE (title) WHERE weight > 1"),
        "blocking-index-build",
    ),
    "another kind of index": (
        sql("CREATE INDEX i ON events_2025 USING gin (payload)"),
        "blocking-index-build",
    ),
    "an index in another schema": (
        sql('CREATE INDEX "Amount" ON billing.invoices (amount, issued_on)'),
        "blocking-index-build",
    ),
    "a unique constraint": (
        sql("ALTER TABLE products ADD CONSTRAINT u UNIQUE (sku)"),
        "blocking-index-build",
    ),
    "a deferred unique constraint": (
        sql("ALTER TABLE products ADD CONSTRAINT u UNIQUE (sku) DEFERRABLE INITIALLY DEFERRED"),
        "blocking-index-build",
    ),
    "an index of a partitioned table": (sql("CREATE INDEX i ON events (kind)"), "blocking-index-build"),
    "REINDEX": (sql("REINDEX TABLE orders"), "blocking-index-build"),
    "CONCURRENTLY on a partitioned table": (
        autocommit("CREATE INDEX CONCURRENTLY i ON events (kind)"),
        "unsupported-concurrently",
    ),
    "a foreign key": (
        sql(
            "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (referrer_id) REFERENCES customers"
            " ON DELETE SET NULL DEFERRABLE"
        ),
        "blocking-scan",
    ),
    "a foreign key across schemas": (
        sql(
            "ALTER TABLE billing.invoices ADD payer int",
            "ALTER TABLE billing.invoices ADD CONSTRAINT f FOREIGN KEY (payer) REFERENCES customers"
            " ON DELETE CASCADE ON UPDATE RESTRICT",
        ),
        "blocking-scan",
    ),
    "a CHECK": (
        sql("ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0 OR coupon = '\"x\"')"),
        "blocking-scan",
    ),
    "a CHECK of a new column": (sql("ALTER TABLE orders ADD x int DEFAULT 1 CHECK (x > 0)"), "blocking-scan"),
    "NOT NULL and a CHECK at once": (
        sql("ALTER TABLE products ALTER weight SET NOT NULL, ADD CONSTRAINT c CHECK (weight > 0)"),
        "blocking-scan",
    ),
    "a block": (
        sql(f"DO $$ BEGIN {BLOCK} ALTER TABLE orders VALIDATE CONSTRAINT c; END $$"),
        "blocking-scan",
    ),
    "a view made again": (
        sql(
            "DROP MATERIALIZED VIEW order_totals",
            "CREATE MATERIALIZED VIEW order_totals AS SELECT customer_id, max(total) AS total FROM orders GROUP BY 1",
        ),
        "blocking-refresh",
    ),
    "ATTACH": (sql(f"ALTER TABLE events ATTACH PARTITION events_2025 {BOUNDS}"), "blocking-scan"),
    "REFRESH": (sql("REFRESH MATERIALIZED VIEW order_totals"), "blocking-refresh"),
    "a volatile default": (
        sql("ALTER TABLE orders ADD x timestamptz NOT NULL DEFAULT clock_timestamp()"),
        "table-rewrite",
    ),
    "a serial": (sql("ALTER TABLE orders ADD x bigserial"), "table-rewrite"),
    "a limit": (sql("ALTER TABLE orders ALTER note TYPE varchar(500)"), "table-rewrite"),
    "another type": (sql("ALTER TABLE order_items ALTER quantity TYPE bigint"), "table-rewrite"),
    "several foreign keys": (
        sql(
            "ALTER TABLE order_items DROP CONSTRAINT fk_order_items_product_id,"
            " DROP CONSTRAINT fk_order_items_order_id"
        ),
        "lock-on-referenced-table",
    ),
}
"""What the advice says can be pasted: the statement, and the rule whose advice it is."""

AFTERWARDS = {
    "a foreign key across schemas": sql("ALTER TABLE billing.invoices ADD payer int"),
}
"""What the revisions of the advice do not repeat."""


@pytest.mark.parametrize(("name", "case"), ADVISED.items(), ids=ADVISED.keys())
def test_what_is_advised_runs_and_keeps_nobody_out(lab: Lab, name: str, case: tuple[str, str]) -> None:
    upgrade, rule = case
    bodies = code(lab.try_out(upgrade), rule)
    if rule == "lock-on-referenced-table":
        bodies = [line for line in bodies[0].split("\n") if line.startswith("op.")]
    done = AFTERWARDS.get(name, "")
    for body in bodies:
        ast.parse(body)
        judged = lab.try_out(body, before=done)
        assert judged.tracing.trips["tried"].upgrade.error is None, body
        told = [f"{f.rule}: {f.message}" for f in judged.findings if f.group in (GROUP, "atomicity")]
        assert told == [], body
        done = f"{done}\n{body}"


SAME = ["an index", "a unique index of expressions", "another kind of index", "a unique constraint"]
SAME += ["an index in another schema", "a deferred unique constraint", "a foreign key", "a CHECK"]


@pytest.mark.parametrize("name", SAME)
def test_what_is_advised_comes_to_the_same_schema(lab: Lab, name: str) -> None:
    upgrade, rule = ADVISED[name]
    wanted = lab.try_out(upgrade)
    got = lab.try_out("\n".join(code(wanted, rule)))
    after = wanted.tracing.trips["tried"].upgrade.after, got.tracing.trips["tried"].upgrade.after
    assert after[0] == after[1]


def test_a_block_that_does_one_thing_is_told_by_the_rule_of_that(lab: Lab) -> None:
    block = "DO $$ BEGIN ALTER TABLE products ADD CONSTRAINT c CHECK (weight IS NULL OR id > 0); END $$"
    assert lab.try_out(sql(block)).told(GROUP) == ["blocking-scan(error)"]


def test_a_required_column_after_another_refusal_says_that_it_fails(lab: Lab) -> None:
    upgrade = """
        op.alter_column("orders", "coupon", nullable=False)
        with op.batch_alter_table("orders") as batch:
            batch.add_column(sa.Column("z", sa.Integer(), nullable=False))
    """
    judged = lab.try_out(upgrade)
    assert judged.told(GROUP) == ["blocking-scan(error)"]
    end = "is refused (23502), and so is this statement on a table that has rows."
    assert judged.only("required-column").message.endswith(end)


def test_irreversible_revisions_are_tried_as_well(lab: Lab) -> None:
    assert lab.try_out(sql("CREATE INDEX i ON orders (note)"), IRREVERSIBLE).told(GROUP) == BUILD
