"""index financials by exchange_rate_id

Without it, each change of a rate would read all of the financials to find the rows that name it. It
comes before the foreign key that needs it. An interrupted build leaves an invalid index behind, which IF
NOT EXISTS would take for a good one: so whatever has this name goes first, and the revision can simply
be run again.

Revision ID: 010
Revises: 009
Create Date: 2023-12-04 11:08:45.090000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None

INDEX = "ix_quarterly_reporting_financials_exchange_rate_id"
TABLE = "quarterly_reporting_financials"
COLUMNS = ["exchange_rate_id"]


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(INDEX, TABLE, COLUMNS, postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, TABLE, if_exists=True, postgresql_concurrently=True)
