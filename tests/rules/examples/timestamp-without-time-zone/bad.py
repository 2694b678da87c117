"""record shipments

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "bad"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(  # finds: timestamp-without-time-zone
        "shipments",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=False),
        sa.Column("pinged_at", postgresql.ARRAY(postgresql.TIMESTAMP(precision=3))),
        sa.PrimaryKeyConstraint("id", name="pk_shipments"),
    )


def downgrade() -> None:
    op.drop_table("shipments")
