"""drop the redundant index of companies

The unique index of 014 answers all that `ix_companies_name` did, so that one only costs writes now.

Revision ID: 015
Revises: 014
Create Date: 2024-01-15 14:02:33.164000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None

INDEX = "ix_companies_name"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "companies", if_exists=True, postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "companies", if_exists=True, postgresql_concurrently=True)
        op.create_index(INDEX, "companies", ["name"], postgresql_concurrently=True)
