"""Exchange rates used to convert what companies report."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Audited, Base


class ExchangeRate(Audited, Base):
    """What one unit of `from_currency` was worth in `to_currency` on a day (ISO 4217 codes)."""

    __tablename__ = "exchange_rates"
    __table_args__ = (
        UniqueConstraint("from_currency", "to_currency", "rate_date"),
        CheckConstraint("rate > 0", name="rate_positive"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    from_currency: Mapped[str]
    to_currency: Mapped[str]
    rate_date: Mapped[dt.date]
    rate: Mapped[Decimal]
