"""let support forget customers

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
    op.execute(
        "CREATE FUNCTION forget_customer(customer integer) RETURNS void LANGUAGE sql SECURITY DEFINER"
        " SET search_path = public, pg_temp"
        " AS 'UPDATE customers SET phone = NULL WHERE id = customer'"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION forget_customer(integer)")
