"""drop the notes of orders

Nobody reads them, they say.

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
    op.drop_column("orders", "note")  # finds: dropped-column


def downgrade() -> None:
    op.add_column("orders", sa.Column("note", sa.Text()))
