"""note the channel of orders

Of a type of its own, which nobody takes back.

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bad"
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


def downgrade() -> None:  # finds: left-behind-object
    op.drop_column("orders", "channel")
