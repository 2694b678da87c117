"""let things cost nothing

A CHECK that is looser than the one it takes the place of refuses nothing new.

Revision ID: good_2
Revises: good_1
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "good_2"
down_revision = "good_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("ck_products_price", "products")
    op.create_check_constraint("ck_products_price", "products", "price >= 0", postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_constraint("ck_products_price", "products")
    op.create_check_constraint("ck_products_price", "products", "price > 0", postgresql_not_valid=True)
    op.execute("ALTER TABLE products VALIDATE CONSTRAINT ck_products_price")
