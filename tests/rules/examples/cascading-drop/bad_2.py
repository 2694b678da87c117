"""drop names and whatever shows them

The text does not say what that is.

Revision ID: bad_2
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "bad_2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE customers DROP COLUMN name CASCADE")  # finds: cascading-drop, dropped-column


def downgrade() -> None:
    op.add_column("customers", sa.Column("name", sa.Text()))
    op.execute("CREATE VIEW customer_names AS SELECT name FROM customers")
