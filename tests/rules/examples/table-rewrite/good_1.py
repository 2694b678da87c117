"""tell when an order was seen

The column and, for new rows only, its default: neither touches a row that is there.

Revision ID: seen
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "seen"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("seen_at", sa.DateTime(timezone=True)))
    op.alter_column("orders", "seen_at", server_default=sa.text("clock_timestamp()"))


def downgrade() -> None:
    op.drop_column("orders", "seen_at")
