"""give new customers some credit

The way back gives them what they had.

Revision ID: good
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "good"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("customers", "credit", server_default="100")


def downgrade() -> None:
    op.alter_column("customers", "credit", server_default="0")
