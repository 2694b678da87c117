"""drop the events to come

They are kept elsewhere, they say.

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "bad"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("events_2025")  # finds: dropped-table


def downgrade() -> None:
    op.create_table(
        "events_2025",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", "happened_at", name="pk_events_2025"),
    )
