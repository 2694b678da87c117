"""count coupons

They are numbers by now.

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
    op.alter_column(  # finds: incompatible-type, table-rewrite
        "orders", "referrer_id", type_=sa.Text(), postgresql_using="referrer_id::text"
    )


def downgrade() -> None:
    op.alter_column("orders", "referrer_id", type_=sa.Integer(), postgresql_using="referrer_id::integer")
