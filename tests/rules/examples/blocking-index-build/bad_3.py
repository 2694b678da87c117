"""find events by their kind

The index of a partitioned table builds that of each partition.

Revision ID: partitioned
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "partitioned"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_events_kind", "events", ["kind"])  # finds: blocking-index-build


def downgrade() -> None:
    op.drop_index("ix_events_kind", "events")
