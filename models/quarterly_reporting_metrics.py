"""The ratios and trends that are computed from a company's quarters."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Audited, Base, FiscalQuarter


class QuarterlyReportingMetrics(FiscalQuarter, Audited, Base):
    """The metrics of one company for one quarter in one currency."""

    __tablename__ = "quarterly_reporting_metrics"
    __table_args__ = (Index(None, "company_id", "fiscal_reporting_date"),)

    company_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    enterprise_value: Mapped[Decimal | None]
    arr: Mapped[Decimal | None]
    recurring_percentage_revenue: Mapped[Decimal | None]
    revenue_per_fte: Mapped[Decimal | None]
    gross_profit_per_fte: Mapped[Decimal | None]
    employee_growth_rate: Mapped[Decimal | None]
    change_in_cash: Mapped[Decimal | None]
    revenue_growth: Mapped[Decimal | None]
    monthly_cash_burn: Mapped[Decimal | None]
    runway_months: Mapped[Decimal | None]
    ev_by_equity_raised_plus_debt: Mapped[Decimal | None]
    sales_marketing_percentage_revenue: Mapped[Decimal | None]
    total_operating_percentage_revenue: Mapped[Decimal | None]
    gross_profit_margin: Mapped[Decimal | None]
    valuation_to_revenue: Mapped[Decimal | None]
    yoy_growth_revenue: Mapped[Decimal | None]
    yoy_growth_profit: Mapped[Decimal | None]
    yoy_growth_employees: Mapped[Decimal | None]
    yoy_growth_ltm_revenue: Mapped[Decimal | None]
    ltm_total_revenue: Mapped[Decimal | None]
    ltm_gross_profit: Mapped[Decimal | None]
    ltm_sales_marketing_expense: Mapped[Decimal | None]
    ltm_gross_margin: Mapped[Decimal | None]
    ltm_operating_expense: Mapped[Decimal | None]
    ltm_ebitda: Mapped[Decimal | None]
    ltm_net_income: Mapped[Decimal | None]
    ltm_ebitda_margin: Mapped[Decimal | None]
    ltm_net_income_margin: Mapped[Decimal | None]
    fiscal_reporting_date: Mapped[dt.date] = mapped_column(primary_key=True)
