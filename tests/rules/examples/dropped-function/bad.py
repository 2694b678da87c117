"""sum orders elsewhere

Nobody calls it, they say.

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

FUNCTION = """
CREATE FUNCTION order_total(wanted integer) RETURNS numeric LANGUAGE sql STABLE AS $$
SELECT total FROM orders WHERE id = wanted
$$
"""


def upgrade() -> None:
    op.execute("DROP FUNCTION order_total(integer)")  # finds: dropped-function


def downgrade() -> None:
    op.execute(FUNCTION)
