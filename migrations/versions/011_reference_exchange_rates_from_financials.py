"""reference exchange_rates from financials

A foreign key locks both of its tables against writers (SHARE ROW EXCLUSIVE), so that must be short: NOT
VALID reads no row. It holds for new rows at once; 012 checks the old ones.

Revision ID: 011
Revises: 010
Create Date: 2023-12-04 11:31:02.845000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None

TABLE = "quarterly_reporting_financials"
FOREIGN_KEY = "fk_quarterly_reporting_financials_exchange_rate_id"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # assay: waive refusing-constraint -- no release refers to a rate yet: the column came with 010
    op.create_foreign_key(
        FOREIGN_KEY, TABLE, "exchange_rates", ["exchange_rate_id"], ["id"], postgresql_not_valid=True
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(FOREIGN_KEY, TABLE, type_="foreignkey")
