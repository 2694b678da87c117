"""bill no more

The invoices point at one busy table.

Revision ID: unbilled
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "unbilled"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("invoices", schema="billing")  # finds: lock-on-referenced-table(note), dropped-table


def downgrade() -> None:
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
