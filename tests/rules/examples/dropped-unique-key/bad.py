"""let customers share an address

And every upsert by it fails.

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
    op.drop_constraint("uq_customers_email", "customers")  # finds: dropped-unique-key


def downgrade() -> None:
    op.create_unique_constraint("uq_customers_email", "customers", ["email"])
