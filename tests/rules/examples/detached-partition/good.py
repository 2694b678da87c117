"""put the events of 2023 aside

No release asks for them any more.

Revision ID: good
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "good"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # assay: waive detached-partition owner=@events -- release 41 reads the last twelve months only
        op.execute("ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY")


def downgrade() -> None:
    op.execute(
        "ALTER TABLE events ATTACH PARTITION events_2023"
        " FOR VALUES FROM ('2023-01-01 00:00:00+00') TO ('2024-01-01 00:00:00+00')"
    )
    op.execute("ALTER TABLE events_2023 DROP CONSTRAINT IF EXISTS events_2023_happened_at_check")
