"""ship parcels

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "bad"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shipments",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("parcel_id", sa.BigInteger(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shipments"),
    )
    op.create_index("ix_shipments_id", "shipments", ["id"])  # finds: redundant-index
    op.create_index("ix_shipments_parcel_id_left_on", "shipments", ["parcel_id", "left_on"])
    op.create_index("ix_shipments_parcel_id", "shipments", ["parcel_id"])  # finds: redundant-index


def downgrade() -> None:
    op.drop_table("shipments")
