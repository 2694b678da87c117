"""ship parcels

Revision ID: good
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "good"
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
    op.create_index("ix_shipments_parcel_id_left_on", "shipments", ["parcel_id", "left_on"])
    op.create_index("ix_shipments_left_on", "shipments", ["left_on"])
    op.create_index(
        "ix_shipments_parcel_id_old",
        "shipments",
        ["parcel_id"],
        postgresql_where=sa.text("left_on < '2020-01-01'"),
    )


def downgrade() -> None:
    op.drop_table("shipments")
