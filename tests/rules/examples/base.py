"""a shop in use

The schema that the examples stand on: tables with rows, keys and readers.

Revision ID: base
Revises:
Create Date: 2024-01-01 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "base"
down_revision = None
branch_labels = None
depends_on = None

STATUS = postgresql.ENUM("new", "active", "closed", name="customer_status", create_type=False)


def upgrade() -> None:
    op.execute("CREATE TYPE customer_status AS ENUM ('new', 'active', 'closed')")
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("email", sa.String(50), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("phone", sa.String(20)),
        sa.Column("status", STATUS, nullable=False, server_default="new"),
        sa.Column("credit", sa.Numeric(12, 2), nullable=False, server_default="0"),
        sa.Column("signed_up_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("last_seen", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("email", name="uq_customers_email"),
        sa.CheckConstraint("credit >= 0", name="ck_customers_credit"),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("sku", sa.String(50), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("price", sa.Numeric(10, 2), nullable=False),
        sa.Column("weight", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.CheckConstraint("price > 0", name="ck_products_price"),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True)),
        sa.Column("total", sa.Numeric(12, 2), nullable=False),
        sa.Column("coupon", sa.String(50)),
        sa.Column("note", sa.Text()),
        sa.Column("referrer_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_orders_customer_id"),
    )
    op.create_index("ix_orders_customer_id", "orders", ["customer_id"])
    op.create_table(
        "order_items",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("discount", sa.Numeric(4, 2)),
        sa.PrimaryKeyConstraint("order_id", "product_id", name="pk_order_items"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_items_order_id"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_order_items_product_id"),
    )
    op.create_index("ix_order_items_product_id", "order_items", ["product_id"])
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", "happened_at", name="pk_events"),
        postgresql_partition_by="RANGE (happened_at)",
    )
    for year in (2023, 2024):
        op.execute(
            f"CREATE TABLE events_{year} PARTITION OF events"
            f" FOR VALUES FROM ('{year}-01-01 00:00:00+00') TO ('{year + 1}-01-01 00:00:00+00')"
        )
    op.create_table(
        "events_2025",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", "happened_at", name="pk_events_2025"),
    )
    op.execute(
        "CREATE VIEW active_customers AS SELECT id, email, name FROM customers WHERE status = 'active'"
    )
    op.execute(
        "CREATE MATERIALIZED VIEW order_totals AS"
        " SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id"
    )
    op.create_index("uq_order_totals_customer_id", "order_totals", ["customer_id"], unique=True)
    op.execute("CREATE SCHEMA billing")
    op.create_table(
        "invoices",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invoices"),
        sa.ForeignKeyConstraint(["order_id"], ["public.orders.id"], name="fk_invoices_order_id"),
        schema="billing",
    )
    op.create_index("ix_invoices_order_id", "invoices", ["order_id"], schema="billing")


def downgrade() -> None:
    op.execute("DROP SCHEMA billing CASCADE")
    op.execute("DROP MATERIALIZED VIEW order_totals")
    op.execute("DROP VIEW active_customers")
    for table in ("events_2025", "events", "order_items", "orders", "products", "customers"):
        op.drop_table(table)
    op.execute("DROP TYPE customer_status")
