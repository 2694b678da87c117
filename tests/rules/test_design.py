"""Design rules on the edges; the examples hold the plain cases."""

from __future__ import annotations

import pytest
from assay import rules
from assay.model import Severity
from assay.rules.data._words import drop_index
from assay.trace import Observation
from msgspec.structs import replace

from .lab import Lab, stats

PARCELS = """
op.create_table(
    "parcels",
    sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
    sa.Column("owner", sa.BigInteger()),
    sa.Column("label", sa.Text()),
    sa.Column("other", sa.Text()),
    sa.PrimaryKeyConstraint("id", name="pk_parcels"),
)
"""

SHIPMENTS = """
op.create_table(
    "shipments",
    sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
    sa.Column("parcel_id", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_shipments"),
    sa.ForeignKeyConstraint(["parcel_id"], ["parcels.id"], name="fk_shipments_parcel_id"),
)
"""

LONG = "ix_" + "a" * 61
UMLAUTS = "ix_" + "ä" * 31  # 34 characters, 65 bytes

CASES = {
    "index-in-the-same-revision": (
        PARCELS + SHIPMENTS + 'op.create_index("ix_s", "shipments", ["parcel_id", "id"])',
        [],
    ),
    "index-on-another-leading-column": (
        PARCELS + SHIPMENTS + 'op.create_index("ix_s", "shipments", ["id", "parcel_id"])',
        ["unindexed-foreign-key"],
    ),
    "index-without-nulls": (
        PARCELS
        + SHIPMENTS
        + 'op.create_index("ix_s", "shipments", ["parcel_id"], postgresql_where=sa.text("parcel_id IS NOT NULL"))',
        [],
    ),
    "partial-index": (
        PARCELS
        + SHIPMENTS
        + 'op.create_index("ix_s", "shipments", ["parcel_id"], postgresql_where=sa.text("id > 9"))',
        ["unindexed-foreign-key"],
    ),
    "index-that-cannot-tell-equality": (
        PARCELS + SHIPMENTS + 'op.execute("CREATE INDEX ix_s ON shipments USING brin (parcel_id)")',
        ["unindexed-foreign-key"],
    ),
    "unique-key-serves-a-foreign-key": (
        PARCELS + SHIPMENTS + 'op.create_unique_constraint("uq_s", "shipments", ["parcel_id"])',
        [],
    ),
    "dropped-again": (PARCELS + SHIPMENTS + 'op.drop_table("shipments")', []),
    "key-added-later": (
        """
        op.create_table("tags", sa.Column("tag", sa.Text(), nullable=False))
        op.execute("ALTER TABLE tags ADD CONSTRAINT pk_tags PRIMARY KEY (tag)")
        """,
        [],
    ),
    "created-as-select": ('op.execute("CREATE TABLE copied AS SELECT 1::bigint AS a")', ["missing-primary-key"]),
    "temporary-table": ('op.execute("CREATE TEMPORARY TABLE copied AS SELECT 1 AS a")', []),
    "partitions": (
        """
        op.execute("CREATE TABLE logs (at timestamptz PRIMARY KEY) PARTITION BY RANGE (at)")
        op.execute("CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")
        """,
        [],
    ),
    "equal-indexes-tell-the-later": (
        PARCELS
        + 'op.create_index("a_first", "parcels", ["label"])\nop.create_index("b_second", "parcels", ["label"])',
        ["redundant-index"],
    ),
    "unique-beside-plain": (
        PARCELS
        + 'op.create_index("ix_l", "parcels", ["label"])\nop.create_index("uq_l", "parcels", ["label"], unique=True)',
        ["redundant-index"],
    ),
    "other-order": (
        PARCELS
        + 'op.create_index("ix_l", "parcels", ["label"])\n'
        + 'op.create_index("ix_d", "parcels", [sa.text("label DESC"), "other"])',
        [],
    ),
    "other-operator-class": (
        PARCELS
        + 'op.create_index("ix_l", "parcels", ["label"])\n'
        + 'op.create_index("ix_p", "parcels", ["label"], postgresql_ops={"label": "text_pattern_ops"})',
        [],
    ),
    "unique-prefix": (
        PARCELS
        + 'op.create_index("uq_l", "parcels", ["label"], unique=True)\n'
        + 'op.create_index("ix_lo", "parcels", ["label", "other"])',
        [],
    ),
    "renamed-to-a-long-name": (
        PARCELS + f'op.execute("ALTER TABLE parcels RENAME COLUMN other TO {LONG}")',
        ["overlong-identifier"],
    ),
    "long-in-bytes-alone": (
        PARCELS + f'op.create_index("{UMLAUTS}", "parcels", ["label"])',
        ["overlong-identifier"],
    ),
    "of-63-bytes": (PARCELS + f'op.create_index("{LONG[:63]}", "parcels", ["label"])', []),
    "long-alias-in-a-query": (f'op.execute("CREATE VIEW v AS SELECT {LONG}.id FROM customers AS {LONG}")', []),
    "unnamed-in-an-alter": (
        PARCELS + 'op.create_unique_constraint(None, "parcels", ["label"])',
        ["unnamed-constraint"],
    ),
    "unnamed-primary-key": (
        'op.create_table("t", sa.Column("a", sa.BigInteger(), autoincrement=False, primary_key=True))',
        [],
    ),
    "names-made-in-a-block": (
        PARCELS + "op.execute(\"DO $$ BEGIN EXECUTE 'ALTER TABLE parcels ADD CHECK (owner > 0)'; END $$\")",
        [],
    ),
    "copied-with-like": ('op.execute("CREATE TABLE t (LIKE products INCLUDING ALL)")', ["integer-primary-key"]),
    "timestamp-with-time-zone": (
        PARCELS + 'op.add_column("parcels", sa.Column("a", postgresql.TIMESTAMP(timezone=True, precision=3)))',
        [],
    ),
    "view-over-a-timestamp": ('op.execute("CREATE VIEW v AS SELECT now()::timestamp AS a")', []),
    "column-added-and-mended": (
        PARCELS
        + 'op.add_column("parcels", sa.Column("a", sa.JSON()))\n'
        + 'op.execute("ALTER TABLE parcels ALTER COLUMN a TYPE jsonb")',
        [],
    ),
    "double-char": (PARCELS + 'op.execute(\'ALTER TABLE parcels ADD COLUMN a "char"\')', []),
    "key-that-is-a-foreign-key": (
        """
        op.execute("CREATE TABLE a (id integer PRIMARY KEY)")
        op.execute("CREATE TABLE b (id integer PRIMARY KEY CONSTRAINT f REFERENCES a)")
        """,
        [],
    ),
    "composite-key": (
        'op.execute("CREATE TABLE a (x integer, y integer GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (x, y))")',
        [],
    ),
    "smallint-key": (
        'op.execute("CREATE TABLE a (x smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)")',
        ["integer-primary-key"],
    ),
    "serial-and-integer": (
        'op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True))',
        ["integer-primary-key", "serial-column"],
    ),
    "sequence-of-somebody-else": (
        """
        op.execute("CREATE SEQUENCE numbers")
        op.execute("CREATE TABLE a (x bigint DEFAULT nextval('numbers') PRIMARY KEY)")
        """,
        [],
    ),
    "float-rate": (PARCELS + 'op.add_column("parcels", sa.Column("tax_rate", sa.Float()))', []),
    "real-amounts": (PARCELS + 'op.add_column("parcels", sa.Column("totalCost", sa.REAL()))', ["inexact-amount"]),
    "definer-mended": (
        """
        op.execute("CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")
        op.execute("ALTER FUNCTION f() SET search_path = pg_catalog")
        """,
        [],
    ),
    "definer-atomic": (
        'op.execute("CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1")',
        [],
    ),
    "definer-procedure": (
        "op.execute(\"CREATE PROCEDURE p() LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'\")",
        ["definer-without-search-path"],
    ),
    "invoker": ("op.execute(\"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'\")", []),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_what_is_told(lab: Lab, body: str, expected: list[str]) -> None:
    found = lab.try_out(body)
    assert found.tracing.trips["tried"].upgrade.error is None
    assert sorted(f.rule for f in found.findings if f.group == "design") == expected


@pytest.mark.parametrize(
    ("rule", "body", "advice"),
    [
        pytest.param(
            "unindexed-foreign-key",
            'op.add_column("orders", sa.Column("a", sa.BigInteger()))\n'
            'op.create_foreign_key("fk_a", "orders", "customers", ["referrer_id"], ["id"])',
            "In a revision of its own, before this one:\n"
            "with op.get_context().autocommit_block():\n"
            f"    {drop_index('ix_orders_referrer_id', 'orders')}\n"
            '    op.create_index("ix_orders_referrer_id", "orders", ["referrer_id"], postgresql_concurrently=True)',
            id="index-of-a-busy-table",
        ),
        pytest.param(
            "unindexed-foreign-key",
            'op.create_table("notes", sa.Column("id", postgresql.UUID(), primary_key=True), '
            'sa.Column("invoice_id", sa.BigInteger()), '
            'sa.ForeignKeyConstraint(["invoice_id"], ["billing.invoices.id"], name="f"), schema="billing")',
            'op.create_index("ix_notes_invoice_id", "notes", ["invoice_id"], schema="billing")',
            id="index-in-a-schema",
        ),
        pytest.param(
            "unnamed-constraint",
            PARCELS + 'op.create_foreign_key(None, "parcels", "customers", ["owner"], ["id"])',
            'sa.ForeignKeyConstraint(["owner"], ["customers.id"], name="fk_parcels_owner")',
            id="foreign-key",
        ),
        pytest.param(
            "unnamed-constraint",
            PARCELS + 'op.create_check_constraint(None, "parcels", "owner > 0")',
            'sa.CheckConstraint("(owner > 0)", name="ck_parcels_owner_check")',
            id="check",
        ),
        pytest.param(
            "timestamp-without-time-zone",
            'op.add_column("orders", sa.Column("at", sa.DateTime(), server_default=sa.func.now(), nullable=False))',
            'sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()"))',
            id="column",
        ),
        pytest.param(
            "json-column",
            'op.alter_column("orders", "note", type_=sa.JSON(), postgresql_using="note::json")',
            'op.alter_column("orders", "note", type_=postgresql.JSONB())',
            id="changed-column",
        ),
        pytest.param(
            "definer-without-search-path",
            "op.execute(\"CREATE FUNCTION billing.f(a integer, b text) RETURNS int LANGUAGE sql SECURITY DEFINER"
            " AS 'SELECT 1'\")",
            "Fix the path where the function is made, or right behind it:\n"
            'op.execute("ALTER FUNCTION billing.f(integer, text) SET search_path = billing, pg_temp")',
            id="function",
        ),
    ],
)  # fmt: skip
def test_the_advice_can_be_pasted(lab: Lab, rule: str, body: str, advice: str) -> None:
    assert lab.try_out(body).only(rule).advice == advice


def test_a_name_that_sqlalchemy_refuses_is_told_with_its_bytes(lab: Lab) -> None:
    name = "ix_quarterly_reporting_financials_company_id_fiscal_reporting_date"
    found = lab.try_out(f'op.create_index("{name}", "orders", ["note"])').only("overlong-identifier")
    assert found.severity is Severity.ERROR
    assert found.message == (
        f"The name {name} has 66 bytes, and PostgreSQL keeps 63: SQLAlchemy refuses to emit it, so upgrade() "
        "does not run."
    )


def test_a_small_table_needs_no_index_at_once(lab: Lab) -> None:
    body = 'op.create_foreign_key("fk_a", "orders", "customers", ["referrer_id"], ["id"])'
    assert lab.try_out(body, stats=stats(orders=20)).only("unindexed-foreign-key").severity is Severity.NOTE


def test_what_has_been_published_is_not_judged(lab: Lab) -> None:
    trip = lab.try_out('op.create_table("t", sa.Column("a", sa.JSON()))').tracing.trips["tried"]
    assert {f.rule for f in rules.run("design", Observation(trip))} == {"json-column", "missing-primary-key"}
    published = replace(trip.upgrade, revision=replace(trip.upgrade.revision, new=False))
    assert rules.run("design", Observation(replace(trip, upgrade=published))) == []
