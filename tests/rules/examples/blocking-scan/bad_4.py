"""add the events of 2025

Whether the rows are within the bounds is looked up row by row.

Revision ID: attached
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "attached"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(  # finds: blocking-scan, refusing-constraint
        "ALTER TABLE events ATTACH PARTITION events_2025"
        " FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE events DETACH PARTITION events_2025")
