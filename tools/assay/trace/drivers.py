"""psycopg2 in place of drivers that are not installed where Assay is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

_DRIVERS = ("psycopg", "pg8000", "psycopg2cffi")
"""SQLAlchemy's drivers for PostgreSQL beside psycopg2 that are no async ones, by their modules."""


@contextmanager
def absent_drivers() -> Iterator[None]:
    """Have engines of absent drivers be psycopg2's: they are sent to the scratch database anyway.

    A bare `postgresql://` is such a one, too: it is psycopg's since SQLAlchemy 2.1.
    """
    from sqlalchemy.dialects import postgresql, registry
    from sqlalchemy.dialects.postgresql import psycopg2

    absent = [driver for driver in _DRIVERS if find_spec(driver) is None]
    names = [f"postgresql.{driver}" for driver in absent]
    if postgresql.dialect.driver in absent:
        names.append("postgresql")
    before = dict(registry.impls)
    registry.impls.update(dict.fromkeys(names, lambda: psycopg2.dialect))
    try:
        yield
    finally:
        registry.impls.clear()
        registry.impls.update(before)
