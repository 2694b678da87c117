"""drop the numbers of vouchers

They are given out elsewhere now.

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
    op.execute("DROP SEQUENCE voucher_numbers")  # finds: dropped-sequence


def downgrade() -> None:
    op.execute("CREATE SEQUENCE voucher_numbers")
