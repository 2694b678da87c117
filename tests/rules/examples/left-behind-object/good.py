"""note the channel of orders

And take all of it back.

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

CHANNEL = """
DO $$
BEGIN
    CREATE TYPE order_channel AS ENUM ('web', 'shop');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute(CHANNEL)
    op.execute("ALTER TABLE orders ADD COLUMN channel order_channel")


def downgrade() -> None:
    op.drop_column("orders", "channel")
    op.execute("DROP TYPE order_channel")
