"""let readers of active customers see their phone, too

A view replaced keeps what was granted on it.

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
    op.execute(
        "CREATE OR REPLACE VIEW active_customers AS"
        " SELECT id, email, name, phone FROM customers WHERE status = 'active'"
    )


def downgrade() -> None:
    op.execute("DROP VIEW active_customers")
    op.execute(
        "CREATE VIEW active_customers AS SELECT id, email, name FROM customers WHERE status = 'active'"
    )
    op.execute("GRANT SELECT ON active_customers TO public")
