"""replace a column with another of its name

The values do not come along.

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
    op.drop_column("products", "weight")  # finds: dropped-column
    op.add_column("products", sa.Column("weight", sa.Integer()))


def downgrade() -> None:
    op.drop_column("products", "weight")
    op.add_column("products", sa.Column("weight", sa.Integer()))
