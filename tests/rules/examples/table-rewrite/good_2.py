"""make room for longer coupons

A longer varchar is the same on disk.

Revision ID: roomy
Revises: seen
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "roomy"
down_revision = "seen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("orders", "coupon", type_=sa.String(100))


def downgrade() -> None:
    op.alter_column("orders", "coupon", type_=sa.String(50))
