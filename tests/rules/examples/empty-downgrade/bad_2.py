"""note the channel of orders

And no way back.

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


def upgrade() -> None:
    op.execute("ALTER TABLE orders ADD COLUMN channel text")


def downgrade() -> None:  # finds: empty-downgrade(error)
    pass
