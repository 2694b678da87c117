"""drop the view of active customers

Nobody reads it, they say.

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
    op.execute("DROP VIEW active_customers")  # finds: dropped-view


def downgrade() -> None:
    op.execute(
        "CREATE VIEW active_customers AS SELECT id, email, name FROM customers WHERE status = 'active'"
    )
