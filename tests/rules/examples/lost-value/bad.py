"""let phones be of any length

The way back keeps the beginning of each.

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
    op.alter_column("customers", "phone", type_=sa.Text())


def downgrade() -> None:  # finds: lost-value
    op.alter_column("customers", "phone", type_=sa.String(3), postgresql_using="left(phone, 3)")
    op.alter_column("customers", "phone", type_=sa.String(20))
