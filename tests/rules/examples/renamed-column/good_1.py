"""expand phone to telephone

Both names side by side, kept equal by a trigger, whichever a release writes.

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
CREATE FUNCTION customers_sync_phone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.telephone := COALESCE(NEW.telephone, NEW.phone);
        NEW.phone := NEW.telephone;
    ELSIF NEW.telephone IS DISTINCT FROM OLD.telephone THEN
        NEW.phone := NEW.telephone;
    ELSIF NEW.phone IS DISTINCT FROM OLD.phone THEN
        NEW.telephone := NEW.phone;
    END IF;
    RETURN NEW;
END
$$
"""

SYNC_TRIGGER = """
CREATE TRIGGER customers_sync_phone BEFORE INSERT OR UPDATE ON customers
FOR EACH ROW EXECUTE FUNCTION customers_sync_phone()
"""


def upgrade() -> None:
    op.add_column("customers", sa.Column("telephone", sa.String(20)))
    op.execute(SYNC_FUNCTION)
    op.execute(SYNC_TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER customers_sync_phone ON customers")
    op.execute("DROP FUNCTION customers_sync_phone()")
    op.drop_column("customers", "telephone")
