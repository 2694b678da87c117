"""expand referrer_id to text

A second column of the new type, kept equal by a trigger.

Revision ID: good_1
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "good_1"
down_revision = "base"
branch_labels = None
depends_on = None

SYNC_FUNCTION = """
CREATE FUNCTION orders_sync_referrer_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.referrer := COALESCE(NEW.referrer, NEW.referrer_id::text);
        NEW.referrer_id := NEW.referrer::integer;
    ELSIF NEW.referrer IS DISTINCT FROM OLD.referrer THEN
        NEW.referrer_id := NEW.referrer::integer;
    ELSIF NEW.referrer_id IS DISTINCT FROM OLD.referrer_id THEN
        NEW.referrer := NEW.referrer_id::text;
    END IF;
    RETURN NEW;
END
$$
"""

SYNC_TRIGGER = """
CREATE TRIGGER orders_sync_referrer_id BEFORE INSERT OR UPDATE ON orders
FOR EACH ROW EXECUTE FUNCTION orders_sync_referrer_id()
"""


def upgrade() -> None:
    op.add_column("orders", sa.Column("referrer", sa.Text()))
    op.execute(SYNC_FUNCTION)
    op.execute(SYNC_TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER orders_sync_referrer_id ON orders")
    op.execute("DROP FUNCTION orders_sync_referrer_id()")
    op.drop_column("orders", "referrer")
