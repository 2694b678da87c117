"""keep views and triggers over orders

What CASCADE can take.

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

TOUCH = """
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.total := COALESCE(NEW.total, 0);
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    op.execute(
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, total numeric(12, 2) NOT NULL,"
        " CONSTRAINT pk_orders PRIMARY KEY (id))"
    )
    op.execute(TOUCH)
    op.execute("CREATE TRIGGER touch_orders BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch()")
    op.execute(
        "CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY, name text,"
        " CONSTRAINT pk_customers PRIMARY KEY (id))"
    )
    op.execute("CREATE VIEW customer_names AS SELECT name FROM customers")


def downgrade() -> None:
    op.execute("DROP VIEW customer_names")
    op.execute("DROP TABLE customers")
    op.execute("DROP TABLE orders")
    op.execute("DROP FUNCTION touch()")
