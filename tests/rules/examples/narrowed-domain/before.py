"""keep addresses in a domain

With a table that uses it.

Revision ID: base
Revises:
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "base"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE DOMAIN email_address AS text")
    op.execute(
        "CREATE TABLE readers (id bigint GENERATED ALWAYS AS IDENTITY, email email_address,"
        " CONSTRAINT pk_readers PRIMARY KEY (id))"
    )


def downgrade() -> None:
    op.execute("DROP TABLE readers")
    op.execute("DROP DOMAIN email_address")
