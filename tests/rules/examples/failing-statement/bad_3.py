"""note something on each order

The column is there already.

Revision ID: noted
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "noted"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("note", sa.Text()))  # finds: failing-statement


def downgrade() -> None:
    op.drop_column("orders", "note")
