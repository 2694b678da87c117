"""find a customer

A revision of a test, with the shortest head that no rule finds fault with.

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "bad"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    query = sa.text("SELECT id FROM customers WHERE name = 'ACME'")
    found = op.get_bind().execute(query).one()  # finds: failing-run, online-only-revision
    op.execute(f"UPDATE orders SET referrer_id = {found.id} WHERE id = 1")


def downgrade() -> None:
    op.execute("UPDATE orders SET referrer_id = NULL WHERE id = 1")
