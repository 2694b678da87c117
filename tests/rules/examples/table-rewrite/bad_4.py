"""limit the names of customers

Both this and the loss of what is too long are found.

Revision ID: shortened
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "shortened"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("customers", "phone", type_=sa.String(15))  # finds: table-rewrite, narrowed-type


def downgrade() -> None:
    op.alter_column("customers", "phone", type_=sa.String(20))
