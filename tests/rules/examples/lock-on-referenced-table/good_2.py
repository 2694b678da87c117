"""tie order items to orders no more

It locks orders for a moment.

Revision ID: all_untied
Revises: untied
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "all_untied"
down_revision = "untied"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("fk_order_items_order_id", "order_items", type_="foreignkey")


def downgrade() -> None:
    op.create_foreign_key("fk_order_items_order_id", "order_items", "orders", ["order_id"], ["id"])
