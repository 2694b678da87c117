"""let customers be archived

Beside the old name; PostgreSQL cannot take a value back.

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
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE customer_status ADD VALUE IF NOT EXISTS 'archived'")


def downgrade() -> None:
    """PostgreSQL cannot take a value back: it stays, unused."""
