"""bring the totals up to date

The view has lost the unique index that tells its rows apart.

Revision ID: refreshed
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "refreshed"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("uq_order_totals_customer_id", "order_totals")
    with op.get_context().autocommit_block():
        op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals")  # finds: unsupported-concurrently


def downgrade() -> None:
    pass
