"""index products uniquely by sku

First of two steps to a UNIQUE constraint.

Revision ID: unique_index
Revises: indexed
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "unique_index"
down_revision = "indexed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("uq_products_sku", "products", if_exists=True, postgresql_concurrently=True)
        # assay: waive refusing-constraint owner=@shop -- release 41 writes no sku twice, and no older one runs
        op.create_index("uq_products_sku", "products", ["sku"], unique=True, postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("uq_products_sku", "products", if_exists=True, postgresql_concurrently=True)
