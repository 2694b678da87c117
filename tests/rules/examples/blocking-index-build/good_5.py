"""index the partitions of events

One after the other, beside readers and writers.

Revision ID: partition_indexes
Revises: parent_index
Create Date: 2024-01-06 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "partition_indexes"
down_revision = "parent_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for year in (2023, 2024):
            name = f"ix_events_{year}_kind"
            op.drop_index(name, f"events_{year}", if_exists=True, postgresql_concurrently=True)
            op.create_index(name, f"events_{year}", ["kind"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for year in (2023, 2024):
            name = f"ix_events_{year}_kind"
            op.drop_index(name, f"events_{year}", if_exists=True, postgresql_concurrently=True)
