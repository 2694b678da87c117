"""add exchange_rate_id to financials

Nullable and without a default: the catalog changes and no row does. The index (010), the foreign key
(011) and its validation (012) follow in their own transactions, each with the weakest lock it can have.

Revision ID: 009
Revises: 008
Create Date: 2023-12-04 10:52:11.207000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None

TABLE = "quarterly_reporting_financials"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(TABLE, sa.Column("exchange_rate_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column(TABLE, "exchange_rate_id")
