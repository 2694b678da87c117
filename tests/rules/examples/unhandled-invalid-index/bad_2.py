"""sell each thing once

Two products of one sku, and the build ends half-way.

Revision ID: unique
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "unique"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(  # finds: unhandled-invalid-index, refusing-constraint
            "uq_products_sku", "products", ["sku"], unique=True, postgresql_concurrently=True
        )


def downgrade() -> None:
    op.drop_index("uq_products_sku", "products")
