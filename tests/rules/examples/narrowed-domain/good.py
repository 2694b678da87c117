"""write addresses of readers in lower case

Of that table, in its own time.

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
    # assay: waive refusing-constraint owner=@shop -- release 41 writes lower case only, and no older one runs
    op.create_check_constraint(
        "ck_readers_email_lower", "readers", "email = lower(email)", postgresql_not_valid=True
    )


def downgrade() -> None:
    op.drop_constraint("ck_readers_email_lower", "readers")
