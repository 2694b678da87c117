"""find events by their kind

The index of the partitioned table alone: it is valid when each partition has its own.

Revision ID: parent_index
Revises: unique
Create Date: 2024-01-05 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "parent_index"
down_revision = "unique"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX ix_events_kind ON ONLY events (kind)")


def downgrade() -> None:
    op.drop_index("ix_events_kind", "events")
