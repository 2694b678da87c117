"""tell where customers and products come from

Each statement is a transaction of its own, and can be run again.

Revision ID: all_sourced
Revises: sourced
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "all_sourced"
down_revision = "sourced"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        op.execute("ALTER TABLE customers ADD COLUMN IF NOT EXISTS source text")
        op.execute("ALTER TABLE products ADD COLUMN IF NOT EXISTS source text")
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    op.drop_column("products", "source")
    op.drop_column("customers", "source")
