"""find orders by where they come from

The column is committed before the index is begun.

Revision ID: sourced
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "sourced"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("source", sa.Text()))  # finds: mixed-transactions
    with op.get_context().autocommit_block():
        op.create_index(  # finds: unhandled-invalid-index(note)
            "ix_orders_source", "orders", ["source"], postgresql_concurrently=True
        )


def downgrade() -> None:
    op.drop_index("ix_orders_source", "orders")
    op.drop_column("orders", "source")
