"""index companies uniquely by name

First of two steps to a UNIQUE constraint: ADD CONSTRAINT on its own would build its index under ACCESS
EXCLUSIVE. The build fails if two companies share a name; merge them first:

    SELECT name FROM companies GROUP BY name HAVING count(*) > 1

An interrupted build leaves an invalid index behind, which IF NOT EXISTS would take for a good one:
so whatever has this name goes first, and the revision can simply be run again.

Revision ID: 013
Revises: 012
Create Date: 2024-01-15 13:20:58.379000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

INDEX = "uq_companies_name"
TABLE = "companies"
COLUMNS = ["name"]


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, TABLE, if_exists=True, postgresql_concurrently=True)
        # assay: waive refusing-constraint -- releases have looked the name up before they write it, since 012
        op.create_index(INDEX, TABLE, COLUMNS, unique=True, postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, TABLE, if_exists=True, postgresql_concurrently=True)
