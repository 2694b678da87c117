"""sell each thing once

The constraint builds its index under its own lock.

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
    op.create_unique_constraint(  # finds: blocking-index-build, refusing-constraint
        "uq_products_sku", "products", ["sku"]
    )


def downgrade() -> None:
    op.drop_constraint("uq_products_sku", "products", type_="unique")
