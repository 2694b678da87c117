"""write addresses in lower case

Wherever they are.

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
    op.execute(  # finds: narrowed-domain
        "ALTER DOMAIN email_address ADD CONSTRAINT email_address_lower CHECK (VALUE = lower(VALUE)) NOT VALID"
    )


def downgrade() -> None:
    op.execute("ALTER DOMAIN email_address DROP CONSTRAINT email_address_lower")
