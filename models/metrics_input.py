"""What a company submits for one quarter."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Audited, Base, FiscalQuarter


class MetricsInput(FiscalQuarter, Audited, Base):
    """One submission of one company, in the currency it reports in."""

    __tablename__ = "metrics_input"
    __table_args__ = (
        Index(None, "company_id", "fiscal_reporting_date"),
        Index(None, "reporting_year", "reporting_quarter"),
        CheckConstraint("reporting_quarter BETWEEN 1 AND 4", name="reporting_quarter"),
        CheckConstraint("fiscal_reporting_quarter BETWEEN 1 AND 4", name="fiscal_reporting_quarter"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    company_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("companies.id"))
    currency: Mapped[str]
    total_revenue: Mapped[Decimal | None]
    recurring_revenue: Mapped[Decimal | None]
    gross_profit: Mapped[Decimal | None]
    sales_marketing_expense: Mapped[Decimal | None]
    total_operating_expense: Mapped[Decimal | None]
    ebitda: Mapped[Decimal | None]
    net_income: Mapped[Decimal | None]
    cash_burn: Mapped[Decimal | None]
    cash_balance: Mapped[Decimal | None]
    debt_outstanding: Mapped[Decimal | None]
    employees: Mapped[int | None]
    customer_count: Mapped[int | None]
    fiscal_reporting_date: Mapped[dt.date]
