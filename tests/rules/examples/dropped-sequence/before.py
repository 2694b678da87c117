"""number vouchers

A sequence that the application counts with.

Revision ID: base
Revises:
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "base"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SEQUENCE voucher_numbers")


def downgrade() -> None:
    op.execute("DROP SEQUENCE voucher_numbers")
