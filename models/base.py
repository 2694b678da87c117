"""The declarative base and the columns that every table carries."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from typing import Any, ClassVar

from sqlalchemy import DateTime, MetaData, Numeric, String, Uuid, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from models.naming import NAMING_CONVENTION


class Base(DeclarativeBase):
    """Base of every model; `Base.metadata` is what Alembic compares with the database."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: String(),
        uuid.UUID: Uuid(),
        decimal.Decimal: Numeric(),
        dt.datetime: DateTime(timezone=True),
    }


class Audited:
    """Who made a row and who changed it last, and when (points in time, with time zone)."""

    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[str]
    updated_at: Mapped[dt.datetime | None] = mapped_column(onupdate=func.now())
    last_updated_by: Mapped[str | None]


class FiscalQuarter:
    """The quarter that a row is about: in the company's fiscal calendar, and in the reporting one."""

    fiscal_reporting_quarter: Mapped[int]
    reporting_year: Mapped[int]
    reporting_quarter: Mapped[int]
