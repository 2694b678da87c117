"""be ready to show each customer their own orders

Until every release says who asks, all pass.

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
    op.execute("CREATE POLICY orders_for_all ON orders USING (true)")
    op.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("ALTER TABLE orders DISABLE ROW LEVEL SECURITY")
    op.execute("DROP POLICY orders_for_all ON orders")
