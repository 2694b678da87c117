"""make company names unique

Second of two steps: the index that 013 built becomes the constraint's own, with no row read. Dropping
the constraint drops that index, so the way back first builds its successor, and names are unique
throughout.

Revision ID: 014
Revises: 013
Create Date: 2024-01-15 13:36:14.750000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

ATTACH_INDEX = """
ALTER TABLE companies
ADD CONSTRAINT uq_companies_name UNIQUE USING INDEX uq_companies_name
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(ATTACH_INDEX)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("uq_companies_name_next", "companies", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "uq_companies_name_next", "companies", ["name"], unique=True, postgresql_concurrently=True
        )
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint("uq_companies_name", "companies", type_="unique")
    op.execute("ALTER INDEX uq_companies_name_next RENAME TO uq_companies_name")
