"""show no names of active customers

Made again without them.

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
    op.execute("DROP VIEW active_customers")
    op.execute(  # finds: dropped-view-column
        "CREATE VIEW active_customers AS SELECT id, email FROM customers WHERE status = 'active'"
    )


def downgrade() -> None:
    op.execute("DROP VIEW active_customers")
    op.execute(
        "CREATE VIEW active_customers AS SELECT id, email, name FROM customers WHERE status = 'active'"
    )
