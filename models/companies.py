"""Portfolio companies."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Audited, Base


class Company(Audited, Base):
    """A company that reports its finances to the fund."""

    __tablename__ = "companies"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    reporting_status: Mapped[str]
    reporting_currency: Mapped[str]
    fund: Mapped[str]
    location_country: Mapped[str]
    customer_type: Mapped[str]
    revenue_type: Mapped[str]
    equity_raised: Mapped[Decimal | None]
    post_money_valuation: Mapped[Decimal | None]
    year_end_date: Mapped[dt.date]
