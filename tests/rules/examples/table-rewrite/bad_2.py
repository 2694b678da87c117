"""tell when an order was seen

The time differs from row to row, so that PostgreSQL has to write each.

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
    op.add_column(  # finds: table-rewrite
        "orders",
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")),
    )


def downgrade() -> None:
    op.drop_column("orders", "seen_at")
