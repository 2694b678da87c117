"""count order items in 64 bits

Every row gets wider, so every row is written anew.

Revision ID: widened
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "widened"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("order_items", "quantity", type_=sa.BigInteger())  # finds: table-rewrite


def downgrade() -> None:
    op.alter_column("order_items", "quantity", type_=sa.Integer())
