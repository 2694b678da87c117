"""call customers clients

In one go.

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
    op.rename_table("customers", "clients")  # finds: renamed-table


def downgrade() -> None:
    op.rename_table("clients", "customers")
