"""initial

The financial-reporting schema as it was first released: companies, what they submit each quarter, and the
figures and metrics computed from it. Every name follows the convention of `models/naming.py` and fits
63 bytes.

Revision ID: 001
Revises:
Create Date: 2023-09-15 09:00:00.000000+00:00
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "001"
down_revision = None
branch_labels = None
depends_on = None


def _audit_columns() -> list[sa.Column[Any]]:
    """Who made a row and who changed it last; new objects on each call, as a column belongs to one table."""
    return [
        sa.Column("created_date", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("last_update_date", sa.DateTime(), nullable=True),
        sa.Column("last_updated_by", sa.String(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "companies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reporting_status", sa.String(), nullable=False),
        sa.Column("reporting_currency", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("location_country", sa.String(), nullable=False),
        sa.Column("customer_type", sa.String(), nullable=False),
        sa.Column("revenue_type", sa.String(), nullable=False),
        sa.Column("equity_raised", sa.Numeric(), nullable=True),
        sa.Column("post_money_valuation", sa.Numeric(), nullable=True),
        sa.Column("year_end_date", sa.Date(), nullable=False),
        *_audit_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_companies"),
    )
    op.create_index("ix_companies_name", "companies", ["name"])
    op.create_table(
        "metrics_input",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("total_revenue", sa.Numeric(), nullable=True),
        sa.Column("recurring_revenue", sa.Numeric(), nullable=True),
        sa.Column("gross_profit", sa.Numeric(), nullable=True),
        sa.Column("sales_marketing_expense", sa.Numeric(), nullable=True),
        sa.Column("total_operating_expense", sa.Numeric(), nullable=True),
        sa.Column("ebitda", sa.Numeric(), nullable=True),
        sa.Column("net_income", sa.Numeric(), nullable=True),
        sa.Column("cash_burn", sa.Numeric(), nullable=True),
        sa.Column("cash_balance", sa.Numeric(), nullable=True),
        sa.Column("debt_outstanding", sa.Numeric(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("customers", sa.Integer(), nullable=True),
        sa.Column("fiscal_reporting_date", sa.Date(), nullable=False),
        sa.Column("fiscal_reporting_quarter", sa.Integer(), nullable=False),
        sa.Column("reporting_year", sa.Integer(), nullable=False),
        sa.Column("reporting_quarter", sa.Integer(), nullable=False),
        *_audit_columns(),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_metrics_input_company_id"),
        sa.PrimaryKeyConstraint("id", name="pk_metrics_input"),
    )
    op.create_index(
        "ix_metrics_input_company_id_fiscal_reporting_date",
        "metrics_input",
        ["company_id", "fiscal_reporting_date"],
    )
    op.create_table(
        "quarterly_reporting_financials",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("exchange_rate_used", sa.Numeric(), nullable=False),
        sa.Column("total_revenue", sa.Numeric(), nullable=True),
        sa.Column("recurring_revenue", sa.Numeric(), nullable=True),
        sa.Column("gross_profit", sa.Numeric(), nullable=True),
        sa.Column("debt_outstanding", sa.Numeric(), nullable=True),
        sa.Column("sales_marketing_expense", sa.Numeric(), nullable=True),
        sa.Column("total_operating_expense", sa.Numeric(), nullable=True),
        sa.Column("ebitda", sa.Numeric(), nullable=True),
        sa.Column("net_income", sa.Numeric(), nullable=True),
        sa.Column("cash_burn", sa.Numeric(), nullable=True),
        sa.Column("cash_balance", sa.Numeric(), nullable=True),
        sa.Column("fiscal_reporting_date", sa.Date(), nullable=False),
        sa.Column("fiscal_reporting_quarter", sa.Integer(), nullable=False),
        sa.Column("reporting_year", sa.Integer(), nullable=False),
        sa.Column("reporting_quarter", sa.Integer(), nullable=False),
        *_audit_columns(),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name="fk_quarterly_reporting_financials_company_id"
        ),
        sa.PrimaryKeyConstraint(
            "company_id", "currency", "fiscal_reporting_date", name="pk_quarterly_reporting_financials"
        ),
    )
    op.create_index(
        "ix_quarterly_reporting_financials_company_id_fiscal_re_bf6d132b",
        "quarterly_reporting_financials",
        ["company_id", "fiscal_reporting_date"],
    )
    op.create_table(
        "quarterly_reporting_metrics",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("enterprise_value", sa.Numeric(), nullable=True),
        sa.Column("arr", sa.Numeric(), nullable=True),
        sa.Column("recurring_percentage_revenue", sa.Numeric(), nullable=True),
        sa.Column("revenue_per_fte", sa.Numeric(), nullable=True),
        sa.Column("gross_profit_per_fte", sa.Numeric(), nullable=True),
        sa.Column("employee_growth_rate", sa.Numeric(), nullable=True),
        sa.Column("change_in_cash", sa.Numeric(), nullable=True),
        sa.Column("revenue_growth", sa.Numeric(), nullable=True),
        sa.Column("monthly_cash_burn", sa.Numeric(), nullable=True),
        sa.Column("runway_months", sa.Numeric(), nullable=True),
        sa.Column("ev_by_equity_raised_plus_debt", sa.Numeric(), nullable=True),
        sa.Column("sales_marketing_percentage_revenue", sa.Numeric(), nullable=True),
        sa.Column("total_operating_percentage_revenue", sa.Numeric(), nullable=True),
        sa.Column("gross_profit_margin", sa.Numeric(), nullable=True),
        sa.Column("valuation_to_revenue", sa.Numeric(), nullable=True),
        sa.Column("yoy_growth_revenue", sa.Numeric(), nullable=True),
        sa.Column("yoy_growth_profit", sa.Numeric(), nullable=True),
        sa.Column("yoy_growth_employees", sa.Numeric(), nullable=True),
        sa.Column("yoy_growth_ltm_revenue", sa.Numeric(), nullable=True),
        sa.Column("ltm_total_revenue", sa.Numeric(), nullable=True),
        sa.Column("ltm_gross_profit", sa.Numeric(), nullable=True),
        sa.Column("ltm_sales_marketing_expense", sa.Numeric(), nullable=True),
        sa.Column("ltm_gross_margin", sa.Numeric(), nullable=True),
        sa.Column("ltm_operating_expense", sa.Numeric(), nullable=True),
        sa.Column("ltm_ebitda", sa.Numeric(), nullable=True),
        sa.Column("ltm_net_income", sa.Numeric(), nullable=True),
        sa.Column("ltm_ebitda_margin", sa.Numeric(), nullable=True),
        sa.Column("ltm_net_income_margin", sa.Numeric(), nullable=True),
        sa.Column("fiscal_reporting_date", sa.Date(), nullable=False),
        sa.Column("fiscal_reporting_quarter", sa.Integer(), nullable=False),
        sa.Column("reporting_year", sa.Integer(), nullable=False),
        sa.Column("reporting_quarter", sa.Integer(), nullable=False),
        *_audit_columns(),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name="fk_quarterly_reporting_metrics_company_id"
        ),
        sa.PrimaryKeyConstraint(
            "company_id", "currency", "fiscal_reporting_date", name="pk_quarterly_reporting_metrics"
        ),
    )
    op.create_index(
        "ix_quarterly_reporting_metrics_company_id_fiscal_reporting_date",
        "quarterly_reporting_metrics",
        ["company_id", "fiscal_reporting_date"],
    )


def downgrade() -> None:
    op.drop_table("quarterly_reporting_metrics")
    op.drop_table("quarterly_reporting_financials")
    op.drop_table("metrics_input")
    op.drop_table("companies")
