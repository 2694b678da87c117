"""record prices

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
    op.create_table(  # finds: char-column
        "quotes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("currency", sa.CHAR(3), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quotes"),
    )


def downgrade() -> None:
    op.drop_table("quotes")
