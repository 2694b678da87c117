"""backfill telephone

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
    done customers.id%TYPE;
    upto customers.id%TYPE;
BEGIN
    LOOP
        SELECT id INTO upto FROM customers
        WHERE done IS NULL OR id > done ORDER BY id OFFSET 999 LIMIT 1;
        UPDATE customers SET telephone = phone
        WHERE (done IS NULL OR id > done) AND (upto IS NULL OR id <= upto) AND telephone IS DISTINCT FROM phone;
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
