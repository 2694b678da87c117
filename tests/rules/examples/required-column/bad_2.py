"""note the channel of orders

The default was for the rows that are there.

Revision ID: bad_2
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "bad_2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("channel", sa.Text(), nullable=False, server_default="web"))
    op.alter_column("orders", "channel", server_default=None)  # finds: required-column


def downgrade() -> None:
    op.drop_column("orders", "channel")
