"""do without PL/pgSQL

It is left until nobody uses it.

Revision ID: good
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "good"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("COMMENT ON EXTENSION plpgsql IS 'unused since release 41, to be dropped'")


def downgrade() -> None:
    op.execute("COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language'")
