"""refer customers to customers

New rows obey from now on.

Revision ID: referenced
Revises: indexed
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "referenced"
down_revision = "indexed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # assay: waive refusing-constraint owner=@shop -- release 41 writes no referrer that is not there, and no older one runs
    op.create_foreign_key(
        "fk_orders_referrer_id", "orders", "customers", ["referrer_id"], ["id"], postgresql_not_valid=True
    )


def downgrade() -> None:
    op.drop_constraint("fk_orders_referrer_id", "orders", type_="foreignkey")
