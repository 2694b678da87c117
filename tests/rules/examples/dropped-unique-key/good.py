"""let customers share an address

No release upserts by it any more.

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
    # assay: waive dropped-unique-key owner=@shop -- release 41 upserts by id
    op.drop_constraint("uq_customers_email", "customers")


def downgrade() -> None:
    op.create_unique_constraint("uq_customers_email", "customers", ["email"])
