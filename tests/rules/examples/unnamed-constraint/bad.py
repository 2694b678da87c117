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
    op.create_table(  # finds: unnamed-constraint
        "shipments",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.UniqueConstraint("label"),
        sa.CheckConstraint("label <> ''"),
        sa.PrimaryKeyConstraint("id", name="pk_shipments"),
    )


def downgrade() -> None:
    op.drop_table("shipments")
