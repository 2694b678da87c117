"""require a name of customers

Without a proof PostgreSQL reads every row.

Revision ID: required
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "required"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("customers", "name", nullable=False)  # finds: blocking-scan, refusing-constraint


def downgrade() -> None:
    op.alter_column("customers", "name", nullable=True)
