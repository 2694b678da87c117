"""expect total_revenue in financials

First of three steps to NOT NULL (005 to 007): SET NOT NULL on its own would read the whole table under
ACCESS EXCLUSIVE. This CHECK stops new NULLs and reads nothing.

Revision ID: 005
Revises: 004
Create Date: 2023-11-06 14:03:18.771000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None

TABLE = "quarterly_reporting_financials"
CHECK = "ck_quarterly_reporting_financials_total_revenue_present"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # assay: waive refusing-constraint -- every release since 1.0 writes total_revenue
    op.create_check_constraint(op.f(CHECK), TABLE, "total_revenue IS NOT NULL", postgresql_not_valid=True)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f(CHECK), TABLE, type_="check")
