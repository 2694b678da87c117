"""show the addresses of active customers

The new shape has a name of its own.

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
    op.execute("CREATE VIEW active_emails AS SELECT id, email FROM customers WHERE status = 'active'")


def downgrade() -> None:
    op.execute("DROP VIEW active_emails")
