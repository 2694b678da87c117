"""find orders by their day

The shop's reports ask for one day of orders.

Revision ID: indexed
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "indexed"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])  # finds: blocking-index-build


def downgrade() -> None:
    op.drop_index("ix_orders_placed_at", "orders")
