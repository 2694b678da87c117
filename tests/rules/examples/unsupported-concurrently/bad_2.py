"""look up no orders by customer

Only one index can be dropped so at a time.

Revision ID: dropped
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "dropped"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(  # finds: unsupported-concurrently
            "DROP INDEX CONCURRENTLY ix_orders_customer_id, ix_order_items_product_id"
        )


def downgrade() -> None:
    pass
