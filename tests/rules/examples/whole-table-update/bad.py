"""trim the names of customers

All of them at once.

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
    op.execute("UPDATE customers SET name = trim(name)")  # finds: whole-table-update


def downgrade() -> None:
    """The spaces need not come back."""
