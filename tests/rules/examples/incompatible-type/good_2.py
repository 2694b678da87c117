"""backfill referrer

The rows that are there, a thousand at a time. The trigger keeps both equal: there is nothing to undo.

Revision ID: good_2
Revises: good_1
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "good_2"
down_revision = "good_1"
branch_labels = None
depends_on = None

BACKFILL = """
DO $$
DECLARE
    done orders.id%TYPE;
    upto orders.id%TYPE;
BEGIN
    LOOP
        SELECT id INTO upto FROM orders
        WHERE done IS NULL OR id > done ORDER BY id OFFSET 999 LIMIT 1;
        UPDATE orders SET referrer = referrer_id::text
        WHERE (done IS NULL OR id > done) AND (upto IS NULL OR id <= upto) AND referrer IS DISTINCT FROM referrer_id::text;
        COMMIT;
        EXIT WHEN upto IS NULL;
        done := upto;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(BACKFILL)


def downgrade() -> None:
    """Nothing to do: see above."""
