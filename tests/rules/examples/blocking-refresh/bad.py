"""bring the totals up to date

The view is computed anew while nobody can read it.

Revision ID: refreshed
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "refreshed"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("REFRESH MATERIALIZED VIEW order_totals")  # finds: blocking-refresh


def downgrade() -> None:
    pass
