"""count in batches that are none

Each batch stays locked until the one transaction ends.

Revision ID: bad_2
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bad_2"
down_revision = "base"
branch_labels = None
depends_on = None

STEP = """
UPDATE customers SET phone = 'none'
WHERE id IN (SELECT id FROM customers WHERE phone IS DISTINCT FROM 'none' LIMIT 1000)
"""


def upgrade() -> None:
    for _ in range(3):
        op.execute(STEP)  # finds: whole-table-update


def downgrade() -> None:
    """The old phones need not come back."""
