"""sell each thing once

A unique index refuses as well, however carefully it is built.

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
    with op.get_context().autocommit_block():
        op.drop_index("uq_products_sku", "products", if_exists=True, postgresql_concurrently=True)
        op.create_index(  # finds: refusing-constraint
            "uq_products_sku", "products", ["sku"], unique=True, postgresql_concurrently=True
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("uq_products_sku", "products", if_exists=True, postgresql_concurrently=True)
