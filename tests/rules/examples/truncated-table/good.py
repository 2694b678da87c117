"""take out the lines of no goods

In batches, and only those that are meant.

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

PURGE = """
DO $$
DECLARE
    done orders.id%TYPE;
    upto orders.id%TYPE;
BEGIN
    LOOP
        SELECT id INTO upto FROM orders
        WHERE done IS NULL OR id > done ORDER BY id OFFSET 999 LIMIT 1;
        DELETE FROM orders
        WHERE (done IS NULL OR id > done) AND (upto IS NULL OR id <= upto) AND total < 0;
        COMMIT;
        EXIT WHEN upto IS NULL;
        done := upto;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(PURGE)


def downgrade() -> None:
    """Nothing can bring the rows back."""
