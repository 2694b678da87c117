"""let the names change places

Every running release uses the new name; the old one stays as a view.

Revision ID: good_2
Revises: good_1
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "good_2"
down_revision = "good_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP VIEW clients")
    op.rename_table("customers", "clients")
    op.execute("CREATE VIEW customers AS SELECT * FROM clients")


def downgrade() -> None:
    op.execute("DROP VIEW customers")
    op.rename_table("clients", "customers")
    op.execute("CREATE VIEW clients AS SELECT * FROM customers")
