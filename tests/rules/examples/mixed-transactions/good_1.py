"""tell where orders come from

One transaction.

Revision ID: sourced
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "sourced"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("source", sa.Text()))


def downgrade() -> None:
    op.drop_column("orders", "source")
