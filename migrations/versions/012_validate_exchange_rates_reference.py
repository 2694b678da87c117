"""validate exchange_rates reference

Looks up the rate of every old row, under SHARE UPDATE EXCLUSIVE (and ROW SHARE on exchange_rates):
readers and writers of both tables go on.

Revision ID: 012
Revises: 011
Create Date: 2023-12-04 11:44:36.512000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None

VALIDATE = """
ALTER TABLE quarterly_reporting_financials
VALIDATE CONSTRAINT fk_quarterly_reporting_financials_exchange_rate_id
"""

UNVALIDATE = """
ALTER TABLE quarterly_reporting_financials
DROP CONSTRAINT fk_quarterly_reporting_financials_exchange_rate_id,
ADD CONSTRAINT fk_quarterly_reporting_financials_exchange_rate_id
FOREIGN KEY (exchange_rate_id) REFERENCES exchange_rates (id) NOT VALID
"""


def upgrade() -> None:
    op.execute(VALIDATE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(UNVALIDATE)
