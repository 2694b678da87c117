"""announce that the events to come will go

The release that is rolled out now no longer uses them; a later one drops them, with a waiver.

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
    op.create_table_comment("events_2025", "unused, to be dropped")


def downgrade() -> None:
    op.drop_table_comment("events_2025")
