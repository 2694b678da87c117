"""validate total_revenue in financials

Second of three steps to NOT NULL: reads the old rows while readers and writers go on. Before it runs, fill
the NULLs that are left:

    SELECT company_id, currency, fiscal_reporting_date
    FROM quarterly_reporting_financials
    WHERE total_revenue IS NULL

Revision ID: 006
Revises: 005
Create Date: 2023-11-06 14:21:40.318000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None

VALIDATE = """
ALTER TABLE quarterly_reporting_financials
VALIDATE CONSTRAINT ck_quarterly_reporting_financials_total_revenue_present
"""

UNVALIDATE = """
ALTER TABLE quarterly_reporting_financials
DROP CONSTRAINT ck_quarterly_reporting_financials_total_revenue_present,
ADD CONSTRAINT ck_quarterly_reporting_financials_total_revenue_present
CHECK (total_revenue IS NOT NULL) NOT VALID
"""


def upgrade() -> None:
    op.execute(VALIDATE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(UNVALIDATE)
