"""announce that the notes of orders will go

The release that is rolled out now no longer uses them; a later one drops them, with a waiver.

Revision ID: good
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "good"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("orders", "note", existing_type=sa.Text(), comment="unused, to be dropped")


def downgrade() -> None:
    op.alter_column("orders", "note", existing_type=sa.Text(), comment=None)
