"""validate metrics_input quarters

Reads the rows that were there before 003, under SHARE UPDATE EXCLUSIVE: readers and writers go on. If it
fails, mend the rows it names and run it again. There is no way to make a constraint unvalidated again
but to put an unvalidated one in its place, in one statement.

Revision ID: 004
Revises: 003
Create Date: 2023-10-16 09:47:52.006000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None

COLUMNS = ("reporting_quarter", "fiscal_reporting_quarter")

VALIDATE = """
ALTER TABLE metrics_input
VALIDATE CONSTRAINT ck_metrics_input_{column}
"""

UNVALIDATE = """
ALTER TABLE metrics_input
DROP CONSTRAINT ck_metrics_input_reporting_quarter,
DROP CONSTRAINT ck_metrics_input_fiscal_reporting_quarter,
ADD CONSTRAINT ck_metrics_input_reporting_quarter
CHECK (reporting_quarter BETWEEN 1 AND 4) NOT VALID,
ADD CONSTRAINT ck_metrics_input_fiscal_reporting_quarter
CHECK (fiscal_reporting_quarter BETWEEN 1 AND 4) NOT VALID
"""


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(VALIDATE.format(column=column))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(UNVALIDATE)
