"""backfill audit timestamptz

Second of three steps to timestamptz: the rows written before 019. A hundred pages at a time, each batch
in its own transaction: no row is locked for long, and an interrupted run goes on where it stopped. A row
that moves behind the walk is found by the next pass; the last one finds none. There is nothing to undo:
the trigger keeps old and new equal, and 019 takes the new columns away.

Revision ID: 020
Revises: 019
Create Date: 2024-04-08 08:10:57.726000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None

TABLES = ("companies", "metrics_input", "quarterly_reporting_financials", "quarterly_reporting_metrics")

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
            <= pg_relation_size('{table}') LOOP
            UPDATE {table}
            SET created_at = created_date AT TIME ZONE 'UTC',
                updated_at = last_update_date AT TIME ZONE 'UTC'
            WHERE ctid >= format('(%s,0)', page)::tid
                AND ctid < format('(%s,0)', page + pages)::tid
                AND (created_at, updated_at) IS DISTINCT FROM (
                    created_date AT TIME ZONE 'UTC',
                    last_update_date AT TIME ZONE 'UTC'
                );
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
        for table in TABLES:
            op.execute(BACKFILL.format(table=table))


def downgrade() -> None:
    """Nothing to do: see above."""
