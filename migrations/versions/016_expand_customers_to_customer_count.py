"""expand customers to customer_count

First of three steps to rename a column (016 to 018): RENAME COLUMN would break the release that still
runs. Both names exist side by side, and a trigger keeps them equal, whichever of them a release writes.

Revision ID: 016
Revises: 015
Create Date: 2024-02-05 09:10:20.901000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None

SYNC_FUNCTION = """
CREATE FUNCTION metrics_input_sync_customers()
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
CREATE TRIGGER metrics_input_sync_customers
BEFORE INSERT OR UPDATE ON metrics_input
FOR EACH ROW EXECUTE FUNCTION metrics_input_sync_customers()
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("metrics_input", sa.Column("customer_count", sa.Integer(), nullable=True))
    op.execute(SYNC_FUNCTION)
    op.execute(SYNC_TRIGGER)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER metrics_input_sync_customers ON metrics_input")
    op.execute("DROP FUNCTION metrics_input_sync_customers()")
    op.drop_column("metrics_input", "customer_count")
