"""backfill customer_count

Second of three steps to rename a column: the rows written before 016. A hundred pages at a time, each
batch in its own transaction: no row is locked for long, and an interrupted run goes on where it stopped.
A row that moves behind the walk is found by the next pass; the last one finds none. There is nothing to
undo: the trigger keeps both columns equal, and 016 takes the new one away.

Revision ID: 017
Revises: 016
Create Date: 2024-02-05 09:26:48.233000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None

BACKFILL = """
DO $$
DECLARE
    pages CONSTANT bigint := 100;
    page bigint;
    done bigint;
    changed bigint;
BEGIN
    LOOP
        changed := 0;
        page := 0;
        WHILE page * current_setting('block_size')::int
            <= pg_relation_size('metrics_input') LOOP
            UPDATE metrics_input
            SET customer_count = customers
            WHERE ctid >= format('(%s,0)', page)::tid
                AND ctid < format('(%s,0)', page + pages)::tid
                AND customer_count IS DISTINCT FROM customers;
            GET DIAGNOSTICS done = ROW_COUNT;
            COMMIT;
            changed := changed + done;
            page := page + pages;
        END LOOP;
        EXIT WHEN changed = 0;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(BACKFILL)


def downgrade() -> None:
    """Nothing to do: see above."""
