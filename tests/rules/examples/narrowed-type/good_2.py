"""check the telephone numbers that are there

Readers and writers go on.

Revision ID: good_2
Revises: good_1
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "good_2"
down_revision = "good_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE customers VALIDATE CONSTRAINT ck_customers_phone_fits")


def downgrade() -> None:
    """What is valid may stay so."""
