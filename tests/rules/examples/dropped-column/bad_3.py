"""contract title to label

Label has the values, and they come back from there; a release that reads title fails.

Revision ID: bad_3
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "bad_3"
down_revision = "base"
branch_labels = None
depends_on = None

SYNC_FUNCTION = """
CREATE FUNCTION products_sync_title() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.label := COALESCE(NEW.label, NEW.title);
        NEW.title := NEW.label;
    ELSIF NEW.label IS DISTINCT FROM OLD.label THEN
        NEW.title := NEW.label;
    ELSIF NEW.title IS DISTINCT FROM OLD.title THEN
        NEW.label := NEW.title;
    END IF;
    RETURN NEW;
END
$$
"""

SYNC_TRIGGER = """
CREATE TRIGGER products_sync_title BEFORE INSERT OR UPDATE ON products
FOR EACH ROW EXECUTE FUNCTION products_sync_title()
"""


def upgrade() -> None:
    op.execute("DROP TRIGGER products_sync_title ON products")
    op.execute("DROP FUNCTION products_sync_title()")
    op.drop_column("products", "title")  # finds: dropped-column(warning)


def downgrade() -> None:
    op.add_column("products", sa.Column("title", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE products SET title = label")
    op.alter_column("products", "title", server_default=None)
    op.execute(SYNC_FUNCTION)
    op.execute(SYNC_TRIGGER)
