"""a shop that everybody may look at

Tables and a view with privileges.

Revision ID: base
Revises:
Create Date: 2024-01-01 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "base"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY, email text NOT NULL, name text,"
        " phone text, status text NOT NULL, CONSTRAINT pk_customers PRIMARY KEY (id))"
    )
    op.execute(
        "CREATE TABLE products (id bigint GENERATED ALWAYS AS IDENTITY, weight integer,"
        " CONSTRAINT pk_products PRIMARY KEY (id))"
    )
    op.execute(
        "CREATE VIEW active_customers AS SELECT id, email, name FROM customers WHERE status = 'active'"
    )
    op.execute("GRANT SELECT ON products TO public")
    op.execute("GRANT SELECT ON active_customers TO public")


def downgrade() -> None:
    op.execute("DROP VIEW active_customers")
    op.execute("DROP TABLE products")
    op.execute("DROP TABLE customers")
