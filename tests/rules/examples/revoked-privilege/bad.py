"""let nobody read what things weigh

Whoever the running release is.

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
    op.execute("REVOKE SELECT ON products FROM public")  # finds: revoked-privilege


def downgrade() -> None:
    op.execute("GRANT SELECT ON products TO public")
