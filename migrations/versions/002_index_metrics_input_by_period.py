"""index metrics_input by period

The quarter-end jobs read all submissions of one reporting quarter. The index is built CONCURRENTLY, so
that companies can go on submitting meanwhile; that cannot run inside a transaction. An interrupted build
leaves an invalid index behind, which IF NOT EXISTS would take for a good one: so whatever has this name
goes first, and the revision can simply be run again.

Revision ID: 002
Revises: 001
Create Date: 2023-10-09 08:12:41.120000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

INDEX = "ix_metrics_input_reporting_year_reporting_quarter"
TABLE = "metrics_input"
COLUMNS = ["reporting_year", "reporting_quarter"]


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(INDEX, TABLE, COLUMNS, postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, TABLE, if_exists=True, postgresql_concurrently=True)
