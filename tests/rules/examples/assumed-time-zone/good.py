"""say when customers were last seen, for good

In UTC, as the release wrote it.

Revision ID: good
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "good"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL TimeZone = 'UTC'")
    op.alter_column("customers", "last_seen", type_=sa.DateTime(timezone=True))


def downgrade() -> None:
    op.execute("SET LOCAL TimeZone = 'UTC'")
    op.alter_column("customers", "last_seen", type_=sa.DateTime())
