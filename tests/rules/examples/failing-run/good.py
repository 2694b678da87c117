"""find a customer

A revision of a test, with the shortest head that no rule finds fault with.

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
    op.execute(
        """
UPDATE orders SET referrer_id = customers.id
FROM customers
WHERE customers.name = 'ACME' AND orders.id = 1
"""
    )


def downgrade() -> None:
    op.execute("UPDATE orders SET referrer_id = NULL WHERE id = 1")
