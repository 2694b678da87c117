"""index the events of 2023

One partition after the other.

Revision ID: partition_index
Revises: parent_index
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "partition_index"
down_revision = "parent_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_events_2023_kind", "events_2023", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_events_2023_kind", "events_2023", ["kind"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_events_2023_kind", "events_2023", if_exists=True, postgresql_concurrently=True)
