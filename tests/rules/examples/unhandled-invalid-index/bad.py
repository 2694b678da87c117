"""find orders by coupon

IF NOT EXISTS takes an invalid index for a good one.

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
    with op.get_context().autocommit_block():
        op.create_index(  # finds: unhandled-invalid-index
            "ix_orders_coupon", "orders", ["coupon"], if_not_exists=True, postgresql_concurrently=True
        )


def downgrade() -> None:
    op.drop_index("ix_orders_coupon", "orders")
