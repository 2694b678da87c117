"""keep products and their labels

A label that a trigger keeps equal to the title.

Revision ID: base
Revises:
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "base"
down_revision = None
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

TABLES = """
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY, note text, CONSTRAINT pk_orders PRIMARY KEY (id)
);
CREATE TABLE products (
    id bigint GENERATED ALWAYS AS IDENTITY, title text NOT NULL, label text NOT NULL, weight integer,
    CONSTRAINT pk_products PRIMARY KEY (id)
)
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(SYNC_FUNCTION)
    op.execute(SYNC_TRIGGER)


def downgrade() -> None:
    op.execute("DROP TABLE products")
    op.execute("DROP FUNCTION products_sync_title()")
    op.execute("DROP TABLE orders")
