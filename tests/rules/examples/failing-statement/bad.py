"""find orders by their day

CONCURRENTLY needs to be outside a transaction.

Revision ID: indexed
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "indexed"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(  # finds: failing-statement
        "ix_orders_placed_at", "orders", ["placed_at"], postgresql_concurrently=True
    )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_placed_at", "orders", if_exists=True, postgresql_concurrently=True)
