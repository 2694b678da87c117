"""make room for larger discounts

A wider numeric is the same on disk.

Revision ID: generous
Revises: roomy
Create Date: 2024-01-04 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "generous"
down_revision = "roomy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("order_items", "discount", type_=sa.Numeric(6, 2))


def downgrade() -> None:
    op.alter_column("order_items", "discount", type_=sa.Numeric(4, 2))
