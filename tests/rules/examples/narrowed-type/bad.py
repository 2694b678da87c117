"""shorten telephone numbers

Ten digits must do.

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
    op.alter_column("customers", "phone", type_=sa.String(10))  # finds: narrowed-type, table-rewrite


def downgrade() -> None:
    op.alter_column("customers", "phone", type_=sa.String(20))
