"""look at the orders' referrers

Beside readers and writers.

Revision ID: validated
Revises: referenced
Create Date: 2024-01-04 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "validated"
down_revision = "referenced"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_referrer_id")


def downgrade() -> None:
    op.drop_constraint("fk_orders_referrer_id", "orders", type_="foreignkey")
    op.create_foreign_key(
        "fk_orders_referrer_id", "orders", "customers", ["referrer_id"], ["id"], postgresql_not_valid=True
    )
