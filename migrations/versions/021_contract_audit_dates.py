"""contract audit dates

Last of three steps to timestamptz, a month later, when no running release uses the old columns. The way
back restores them and the trigger first, then their values, so that nothing written meanwhile is lost.
Each statement is its own transaction, so no two tables are ever locked together, and each can be run
again.

Revision ID: 021
Revises: 020
Create Date: 2024-05-13 07:30:44.610000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "021"
down_revision = "020"
branch_labels = None
depends_on = None

TABLES = ("companies", "metrics_input", "quarterly_reporting_financials", "quarterly_reporting_metrics")

DROP_COLUMNS = """
ALTER TABLE {table}
DROP COLUMN IF EXISTS created_date,
DROP COLUMN IF EXISTS last_update_date
"""

SYNC_FUNCTION = """
CREATE OR REPLACE FUNCTION sync_audit_dates()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.created_at = now()
            AND NEW.created_date <> localtimestamp THEN
            NEW.created_at := NEW.created_date AT TIME ZONE 'UTC';
        END IF;
        NEW.created_date := NEW.created_at AT TIME ZONE 'UTC';
        NEW.updated_at := COALESCE(
            NEW.updated_at, NEW.last_update_date AT TIME ZONE 'UTC'
        );
        NEW.last_update_date := NEW.updated_at AT TIME ZONE 'UTC';
        RETURN NEW;
    END IF;
    IF NEW.created_at IS DISTINCT FROM OLD.created_at THEN
        NEW.created_date := NEW.created_at AT TIME ZONE 'UTC';
    ELSIF NEW.created_date IS DISTINCT FROM OLD.created_date THEN
        NEW.created_at := NEW.created_date AT TIME ZONE 'UTC';
    END IF;
    IF NEW.updated_at IS DISTINCT FROM OLD.updated_at THEN
        NEW.last_update_date := NEW.updated_at AT TIME ZONE 'UTC';
    ELSIF NEW.last_update_date
        IS DISTINCT FROM OLD.last_update_date THEN
        NEW.updated_at := NEW.last_update_date AT TIME ZONE 'UTC';
    END IF;
    RETURN NEW;
END
$$
"""

ADD_COLUMNS = """
ALTER TABLE {table}
ADD COLUMN IF NOT EXISTS created_date timestamp NOT NULL DEFAULT now(),
ADD COLUMN IF NOT EXISTS last_update_date timestamp
"""

SYNC_TRIGGER = """
CREATE OR REPLACE TRIGGER sync_audit_dates
BEFORE INSERT OR UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION sync_audit_dates()
"""

RESTORE = """
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
            SET created_date = created_at AT TIME ZONE 'UTC',
                last_update_date = updated_at AT TIME ZONE 'UTC'
            WHERE ctid >= format('(%s,0)', page)::tid
                AND ctid < format('(%s,0)', page + pages)::tid
                AND (created_date, last_update_date) IS DISTINCT FROM (
                    created_at AT TIME ZONE 'UTC',
                    updated_at AT TIME ZONE 'UTC'
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
        op.execute("SET lock_timeout = '5s'")
        for table in TABLES:
            op.execute(f"DROP TRIGGER IF EXISTS sync_audit_dates ON {table}")
            # assay: waive dropped-column -- created_at and updated_at have the values, and are all in use
            op.execute(DROP_COLUMNS.format(table=table))
        op.execute("DROP FUNCTION IF EXISTS sync_audit_dates()")
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        op.execute(SYNC_FUNCTION)
        for table in TABLES:
            op.execute(ADD_COLUMNS.format(table=table))
            op.execute(SYNC_TRIGGER.format(table=table))
        op.execute("RESET lock_timeout")
        for table in TABLES:
            op.execute(RESTORE.format(table=table))
