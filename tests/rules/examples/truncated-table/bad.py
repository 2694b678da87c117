"""empty the orders

With all that hangs on them.

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
    op.execute("TRUNCATE orders CASCADE")  # finds: truncated-table


def downgrade() -> None:
    """Nothing can bring the rows back."""
