"""note the channel of orders

Every order has one.

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "bad"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(  # finds: required-column
        "orders", sa.Column("channel", sa.Text(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("orders", "channel")
