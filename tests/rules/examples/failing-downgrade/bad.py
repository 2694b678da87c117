"""let credit be negative

The way back names a table that is not there.

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
    op.drop_constraint("ck_customers_credit", "customers")


def downgrade() -> None:
    op.create_check_constraint("ck_customers_credit", "clients", "credit >= 0")  # finds: failing-downgrade
