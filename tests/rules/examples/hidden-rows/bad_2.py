"""show each customer their own orders

Whoever asks, the owner as well.

Revision ID: bad_2
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bad_2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY")  # finds: hidden-rows(error)
    op.execute("ALTER TABLE orders FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("ALTER TABLE orders DISABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE orders NO FORCE ROW LEVEL SECURITY")
