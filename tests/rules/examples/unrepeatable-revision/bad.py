"""find orders by day and coupon

When the second build fails, the first stops the next run.

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
        op.create_index(  # finds: unrepeatable-revision
            "ix_orders_placed_at", "orders", ["placed_at"], postgresql_concurrently=True
        )
        op.create_index(  # finds: unhandled-invalid-index(note)
            "ix_orders_coupon", "orders", ["coupon"], postgresql_concurrently=True
        )


def downgrade() -> None:
    op.drop_index("ix_orders_coupon", "orders")
    op.drop_index("ix_orders_placed_at", "orders")
