"""keep notes on orders

Revision ID: good
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "good"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_order_notes"),
    )
    op.create_table("order_tags", sa.Column("tag", sa.Text(), nullable=False))
    op.create_primary_key("pk_order_tags", "order_tags", ["tag"])


def downgrade() -> None:
    op.drop_table("order_tags")
    op.drop_table("order_notes")
