"""refer customers to customers

Validating a foreign key reads all orders and stops the writes of both tables.

Revision ID: referenced
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "referenced"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key(  # finds: blocking-scan, unindexed-foreign-key, refusing-constraint
        "fk_orders_referrer_id", "orders", "customers", ["referrer_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint("fk_orders_referrer_id", "orders", type_="foreignkey")
