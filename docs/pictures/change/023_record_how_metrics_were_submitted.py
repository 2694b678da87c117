"""record how metrics were submitted

Revision ID: 023
Revises: 022
Create Date: 2024-06-03 09:12:44.120000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "023"
down_revision = "022"
branch_labels = None
depends_on = None

TABLE = "metrics_input"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(TABLE, sa.Column("source", sa.String(), server_default="form", nullable=False))
    op.add_column(TABLE, sa.Column("submitted_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column(TABLE, "submitted_at")
    op.drop_column(TABLE, "source")
