"""let no order cost less than nothing

NOT VALID, and then VALIDATE under its lock.

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
    op.create_check_constraint(  # finds: refusing-constraint
        "ck_orders_total", "orders", "total >= 0", postgresql_not_valid=True
    )
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_total")  # finds: lock-held-over-work


def downgrade() -> None:
    op.drop_constraint("ck_orders_total", "orders", type_="check")
