"""let PostgreSQL number archived events

Always.

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
    op.execute(  # finds: read-only-column
        "ALTER TABLE events_2025 ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE events_2025 ALTER COLUMN id DROP IDENTITY")
