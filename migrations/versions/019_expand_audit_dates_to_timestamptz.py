"""expand audit dates to timestamptz

First of three steps (019 to 021) from `created_date` and `last_update_date`, which are UTC without
saying so, to the points in time `created_at` and `updated_at`. A trigger keeps old and new equal,
whichever a release writes. now() is the same for all rows, so the default rewrites nothing and NOT NULL
reads nothing; until 020 has run, old rows show the moment of this revision. Each statement is its own
transaction, so no two tables are ever locked together, and each can be run again.

Revision ID: 019
Revises: 018
Create Date: 2024-04-08 07:45:12.058000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None

TABLES = ("companies", "metrics_input", "quarterly_reporting_financials", "quarterly_reporting_metrics")

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
ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now(),
ADD COLUMN IF NOT EXISTS updated_at timestamptz
"""

SYNC_TRIGGER = """
CREATE OR REPLACE TRIGGER sync_audit_dates
BEFORE INSERT OR UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION sync_audit_dates()
"""

DROP_COLUMNS = """
ALTER TABLE {table}
DROP COLUMN IF EXISTS created_at,
DROP COLUMN IF EXISTS updated_at
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        op.execute(SYNC_FUNCTION)
        for table in TABLES:
            op.execute(ADD_COLUMNS.format(table=table))
            op.execute(SYNC_TRIGGER.format(table=table))
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        for table in TABLES:
            op.execute(f"DROP TRIGGER IF EXISTS sync_audit_dates ON {table}")
            op.execute(DROP_COLUMNS.format(table=table))
        op.execute("DROP FUNCTION IF EXISTS sync_audit_dates()")
        op.execute("RESET lock_timeout")
