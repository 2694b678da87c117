"""give customers a second name

The view can be written to as well.

Revision ID: good_1
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "good_1"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE VIEW clients AS SELECT * FROM customers")


def downgrade() -> None:
    op.execute("DROP VIEW clients")
