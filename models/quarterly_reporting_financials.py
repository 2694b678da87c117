"""A company's quarter, converted into a reporting currency."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Audited, Base, FiscalQuarter


class QuarterlyReportingFinancials(FiscalQuarter, Audited, Base):
    """The figures of one company for one quarter in one currency."""

    __tablename__ = "quarterly_reporting_financials"
    __table_args__ = (Index(None, "company_id", "fiscal_reporting_date"),)

    company_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    exchange_rate_used: Mapped[Decimal]
    exchange_rate_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("exchange_rates.id"), index=True)
    total_revenue: Mapped[Decimal]
    recurring_revenue: Mapped[Decimal | None]
    gross_profit: Mapped[Decimal | None]
    debt_outstanding: Mapped[Decimal | None]
    sales_marketing_expense: Mapped[Decimal | None]
    total_operating_expense: Mapped[Decimal | None]
    ebitda: Mapped[Decimal | None]
    net_income: Mapped[Decimal | None]
    cash_burn: Mapped[Decimal | None]
    cash_balance: Mapped[Decimal | None]
    fiscal_reporting_date: Mapped[dt.date] = mapped_column(primary_key=True)
