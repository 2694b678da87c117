"""put the events of 2023 aside

Where the running release does not find them.

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bad"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE events DETACH PARTITION events_2023")  # finds: detached-partition


def downgrade() -> None:
    op.execute(
        "ALTER TABLE events ATTACH PARTITION events_2023"
        " FOR VALUES FROM ('2023-01-01 00:00:00+00') TO ('2024-01-01 00:00:00+00')"
    )
