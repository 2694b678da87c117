"""do without PL/pgSQL

And nobody asked who else does not.

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
    op.execute("DROP EXTENSION plpgsql")  # finds: dropped-extension


def downgrade() -> None:
    op.execute("CREATE EXTENSION plpgsql")
