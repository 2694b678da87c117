"""drop the events of a year

Detaching them first would keep their rows.

Revision ID: bad_2
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bad_2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("events_2023")  # finds: dropped-table


def downgrade() -> None:
    op.execute(
        "CREATE TABLE events_2023 PARTITION OF events"
        " FOR VALUES FROM ('2023-01-01 00:00:00+00') TO ('2024-01-01 00:00:00+00')"
    )
