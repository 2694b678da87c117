"""note something of orders

Of another name each time.

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bad"  # finds: unrepeatable-upgrade
down_revision = "base"
branch_labels = None
depends_on = None

ADD = """
DO $$
BEGIN
    EXECUTE format('ALTER TABLE orders ADD COLUMN mark_%s text', nextval('runs'));
END
$$
"""

DROP = """
DO $$
BEGIN
    EXECUTE format('ALTER TABLE orders DROP COLUMN mark_%s', (SELECT last_value FROM runs));
END
$$
"""


def upgrade() -> None:
    op.execute(ADD)


def downgrade() -> None:
    op.execute(DROP)
