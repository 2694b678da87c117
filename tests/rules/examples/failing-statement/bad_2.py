"""let customers leave

A new value of an enum cannot be used where it was added.

Revision ID: leaving
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "leaving"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TYPE customer_status ADD VALUE 'gone'")
    op.execute("UPDATE customers SET status = 'gone' WHERE id = 1")  # finds: failing-statement


def downgrade() -> None:
    pass
