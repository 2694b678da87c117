"""sum orders by a function

A function that the application calls.

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

FUNCTION = """
CREATE FUNCTION order_total(wanted integer) RETURNS numeric LANGUAGE sql STABLE AS $$
SELECT total FROM orders WHERE id = wanted
$$
"""


def upgrade() -> None:
    op.execute(
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, total numeric(12, 2) NOT NULL,"
        " CONSTRAINT pk_orders PRIMARY KEY (id))"
    )
    op.execute(FUNCTION)


def downgrade() -> None:
    op.execute("DROP FUNCTION order_total(integer)")
    op.execute("DROP TABLE orders")
