"""number the customers' orders anew

Rows that are there need a number each, too.

Revision ID: numbered
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "numbered"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(  # finds: table-rewrite
        "ALTER TABLE orders ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY"
    )


def downgrade() -> None:
    op.drop_column("orders", "number")
