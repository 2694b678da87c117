"""let credit be negative

The way back reads no row.

Revision ID: good
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "good"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("ck_customers_credit", "customers")


def downgrade() -> None:
    op.create_check_constraint("ck_customers_credit", "customers", "credit >= 0", postgresql_not_valid=True)
    op.execute("ALTER TABLE customers VALIDATE CONSTRAINT ck_customers_credit")
