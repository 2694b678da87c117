"""find events by their kind

A partitioned table cannot be indexed so.

Revision ID: indexed
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "indexed"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(  # finds: unsupported-concurrently
            "ix_events_kind", "events", ["kind"], postgresql_concurrently=True
        )


def downgrade() -> None:
    op.drop_index("ix_events_kind", "events")
