"""require total_revenue in financials

Last of three steps to NOT NULL: PostgreSQL sees that the validated CHECK proves it and reads no row, and
then the CHECK has done its work. Going back makes that CHECK again, in the same two steps: each
statement in its own transaction, so that the rows are read while writers go on.

Revision ID: 007
Revises: 006
Create Date: 2023-11-06 14:40:09.954000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None

TABLE = "quarterly_reporting_financials"
CHECK = "ck_quarterly_reporting_financials_total_revenue_present"

EXPECT = """
ALTER TABLE quarterly_reporting_financials
DROP CONSTRAINT IF EXISTS
ck_quarterly_reporting_financials_total_revenue_present,
ADD CONSTRAINT ck_quarterly_reporting_financials_total_revenue_present
CHECK (total_revenue IS NOT NULL) NOT VALID
"""

VALIDATE = """
ALTER TABLE quarterly_reporting_financials
VALIDATE CONSTRAINT ck_quarterly_reporting_financials_total_revenue_present
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.alter_column(TABLE, "total_revenue", existing_type=sa.Numeric(), nullable=False)
    op.drop_constraint(op.f(CHECK), TABLE, type_="check")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        op.execute(EXPECT)
        op.execute(VALIDATE)
        op.alter_column(TABLE, "total_revenue", existing_type=sa.Numeric(), nullable=True)
        op.execute("RESET lock_timeout")
