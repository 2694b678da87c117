"""view the latest quarter of metrics

What dashboards ask for: each company's newest metrics in each currency. Its columns are named one by
one, so that later columns of the table do not change it.

Revision ID: 022
Revises: 021
Create Date: 2024-06-03 12:55:06.139000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "022"
down_revision = "021"
branch_labels = None
depends_on = None

VIEW = """
CREATE VIEW latest_quarter_metrics AS
SELECT DISTINCT ON (metrics.company_id, metrics.currency)
    metrics.company_id,
    companies.name AS company_name,
    metrics.currency,
    metrics.fiscal_reporting_date,
    metrics.reporting_year,
    metrics.reporting_quarter,
    metrics.enterprise_value,
    metrics.arr,
    metrics.revenue_growth,
    metrics.gross_profit_margin,
    metrics.monthly_cash_burn,
    metrics.runway_months
FROM quarterly_reporting_metrics AS metrics
INNER JOIN companies ON metrics.company_id = companies.id
ORDER BY
    metrics.company_id ASC,
    metrics.currency ASC,
    metrics.fiscal_reporting_date DESC
"""


def upgrade() -> None:
    op.execute(VIEW)


def downgrade() -> None:
    op.execute("DROP VIEW latest_quarter_metrics")
