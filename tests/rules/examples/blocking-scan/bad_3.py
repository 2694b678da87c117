"""let no order cost less than nothing

A CHECK that is validated at once.

Revision ID: checked
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "checked"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(  # finds: blocking-scan, refusing-constraint
        "ck_orders_total", "orders", "total >= 0"
    )


def downgrade() -> None:
    op.drop_constraint("ck_orders_total", "orders", type_="check")
