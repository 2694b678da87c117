"""sell each thing once

The constraint takes the index over.

Revision ID: unique
Revises: unique_index
Create Date: 2024-01-04 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "unique"
down_revision = "unique_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE products ADD CONSTRAINT uq_products_sku UNIQUE USING INDEX uq_products_sku")


def downgrade() -> None:
    op.drop_constraint("uq_products_sku", "products", type_="unique")
    op.create_index("uq_products_sku", "products", ["sku"], unique=True)
