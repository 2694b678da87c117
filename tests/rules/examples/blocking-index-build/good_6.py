"""let the events' index be one

The last one that is attached makes the index of the partitioned table valid.

Revision ID: attached_indexes
Revises: partition_indexes
Create Date: 2024-01-07 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "attached_indexes"
down_revision = "partition_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for year in (2023, 2024):
        op.execute(f"ALTER INDEX ix_events_kind ATTACH PARTITION ix_events_{year}_kind")


def downgrade() -> None:
    op.drop_index("ix_events_kind", "events")
    op.execute("CREATE INDEX ix_events_kind ON ONLY events (kind)")
    for year in (2023, 2024):
        op.create_index(f"ix_events_{year}_kind", f"events_{year}", ["kind"])
