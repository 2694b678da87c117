"""tie order items to products no more

It locks products for a moment, and nothing else of the shop's that is in use.

Revision ID: untied
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "untied"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("fk_order_items_product_id", "order_items", type_="foreignkey")


def downgrade() -> None:
    op.create_foreign_key("fk_order_items_product_id", "order_items", "products", ["product_id"], ["id"])
