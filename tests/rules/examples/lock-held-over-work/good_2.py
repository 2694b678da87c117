"""look at the orders' totals

Beside readers and writers, in a transaction of its own.

Revision ID: validated
Revises: checked
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "validated"
down_revision = "checked"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_total")


def downgrade() -> None:
    op.drop_constraint("ck_orders_total", "orders", type_="check")
    op.create_check_constraint("ck_orders_total", "orders", "total >= 0", postgresql_not_valid=True)
