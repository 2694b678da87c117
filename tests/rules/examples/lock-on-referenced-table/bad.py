"""sell no more items

The foreign keys have triggers on orders and products.

Revision ID: sold_out
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "sold_out"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("order_items")  # finds: lock-on-referenced-table, dropped-table


def downgrade() -> None:
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
