"""count the runs

What a revision may depend on.

Revision ID: base
Revises:
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "base"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SEQUENCE runs")
    op.execute(
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, total numeric(12, 2) NOT NULL,"
        " CONSTRAINT pk_orders PRIMARY KEY (id))"
    )


def downgrade() -> None:
    op.execute("DROP TABLE orders")
    op.execute("DROP SEQUENCE runs")
