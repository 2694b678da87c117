"""call closed customers archived

In one go.

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bad"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TYPE customer_status RENAME VALUE 'closed' TO 'archived'")  # finds: renamed-enum-value


def downgrade() -> None:
    op.execute("ALTER TYPE customer_status RENAME VALUE 'archived' TO 'closed'")
