"""find orders by where they come from

One index.

Revision ID: indexed
Revises: sourced
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "indexed"
down_revision = "sourced"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_source", "orders", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_orders_source", "orders", ["source"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_source", "orders", if_exists=True, postgresql_concurrently=True)
