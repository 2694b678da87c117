"""contract customers

Last of three steps to rename a column, a month later, when no running release uses `customers`. The way
back restores the column with its values, and the trigger before them, so that nothing written meanwhile
is lost. (The column comes back as the last one of its table: PostgreSQL cannot put it anywhere else.)

Revision ID: 018
Revises: 017
Create Date: 2024-03-04 09:05:33.417000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None

SYNC_FUNCTION = """
CREATE OR REPLACE FUNCTION metrics_input_sync_customers()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.customer_count := COALESCE(NEW.customer_count, NEW.customers);
        NEW.customers := NEW.customer_count;
    ELSIF NEW.customer_count IS DISTINCT FROM OLD.customer_count THEN
        NEW.customers := NEW.customer_count;
    ELSIF NEW.customers IS DISTINCT FROM OLD.customers THEN
        NEW.customer_count := NEW.customers;
    END IF;
    RETURN NEW;
END
$$
"""

SYNC_TRIGGER = """
CREATE OR REPLACE TRIGGER metrics_input_sync_customers
BEFORE INSERT OR UPDATE ON metrics_input
FOR EACH ROW EXECUTE FUNCTION metrics_input_sync_customers()
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
            <= pg_relation_size('metrics_input') LOOP
            UPDATE metrics_input
            SET customers = customer_count
            WHERE ctid >= format('(%s,0)', page)::tid
                AND ctid < format('(%s,0)', page + pages)::tid
                AND customers IS DISTINCT FROM customer_count;
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
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER metrics_input_sync_customers ON metrics_input")
    op.execute("DROP FUNCTION metrics_input_sync_customers()")
    # assay: waive dropped-column -- customer_count has its values, and is all that releases use since
    op.drop_column("metrics_input", "customers")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("metrics_input", sa.Column("customers", sa.Integer(), nullable=True), if_not_exists=True)
    op.execute(SYNC_FUNCTION)
    op.execute(SYNC_TRIGGER)
    with op.get_context().autocommit_block():
        op.execute(RESTORE)
