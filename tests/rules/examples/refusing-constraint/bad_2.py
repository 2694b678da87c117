"""sell nothing for next to nothing

A stricter CHECK in the place of another.

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bad"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("ck_products_price", "products")
    op.create_check_constraint(  # finds: refusing-constraint
        "ck_products_price", "products", "price > 1", postgresql_not_valid=True
    )


def downgrade() -> None:
    op.drop_constraint("ck_products_price", "products")
    op.create_check_constraint("ck_products_price", "products", "price > 0", postgresql_not_valid=True)
    op.execute("ALTER TABLE products VALIDATE CONSTRAINT ck_products_price")
