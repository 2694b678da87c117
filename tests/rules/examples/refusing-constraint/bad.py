"""take no order of less than nothing

The old rows are looked at later; the old release is not asked.

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bad"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(  # finds: refusing-constraint
        "ck_orders_total", "orders", "total >= 0", postgresql_not_valid=True
    )


def downgrade() -> None:
    op.drop_constraint("ck_orders_total", "orders")
