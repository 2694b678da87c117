"""Expand, backfill and contract keep every value, forwards and back, whichever release writes meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import psycopg2
import pytest
from assay.scratch import Server

COMPANY = "INSERT INTO companies (id, name, reporting_status, reporting_currency, fund, location_country,"
COMPANY += (
    " customer_type, revenue_type, year_end_date, created_by{more}) VALUES (%(id)s, %(name)s, 'active',"
)
COMPANY += " 'CAD', 'I', 'CA', 'smb', 'saas', '2023-12-31', 'test'{values})"
METRICS = (
    "INSERT INTO metrics_input (id, company_id, currency, fiscal_reporting_date, fiscal_reporting_quarter,"
)
METRICS += (
    " reporting_year, reporting_quarter, created_by, {column}) VALUES (gen_random_uuid(), %(id)s, 'CAD',"
)
METRICS += " '2023-12-31', 4, 2023, {quarter}, 'test', %(value)s)"
LONG_AGO = datetime(2023, 3, 1, 12, tzinfo=timezone.utc)
LATER = datetime(2024, 7, 1, 8, 30, tzinfo=timezone.utc)


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


class Rows:
    """One database, statement by statement."""

    def __init__(self, server: Server, database: str) -> None:
        self._server, self._database = server, database

    def run(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        with self._server.connect(self._database) as session, session.cursor() as cursor:
            cursor.execute("SET timezone = 'America/Toronto'")  # a client that is not on UTC
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def rows(server: Server, database: str, alembic: Callable[[str], None]) -> Rows:
    alembic("upgrade:001")
    alembic("downgrade:base")
    return Rows(server, database)


def _company(rows: Rows, name: str, more: str = "", values: str = "") -> str:
    identifier = str(uuid.uuid4())
    rows.run(COMPANY.format(more=more, values=values), id=identifier, name=name)
    return identifier


def test_customers_become_customer_count(rows: Rows, alembic: Callable[[str], None]) -> None:
    alembic("upgrade:015")
    company = _company(rows, "one")
    for value in (7, None):
        rows.run(METRICS.format(column="customers", quarter=4), id=company, value=value)
    alembic("upgrade:016")
    rows.run(METRICS.format(column="customers", quarter=4), id=company, value=11)
    rows.run(METRICS.format(column="customer_count", quarter=4), id=company, value=12)
    rows.run("UPDATE metrics_input SET customers = 21 WHERE customer_count = 11")
    rows.run("UPDATE metrics_input SET customer_count = 22 WHERE customers = 12")
    alembic("upgrade:017")
    both = "SELECT customers, customer_count FROM metrics_input ORDER BY 1 NULLS LAST"
    assert rows.run(both) == [(7, 7), (21, 21), (22, 22), (None, None)]
    alembic("upgrade:018")
    rows.run(METRICS.format(column="customer_count", quarter=4), id=company, value=30)
    alembic("downgrade:017")
    assert rows.run(both) == [(7, 7), (21, 21), (22, 22), (30, 30), (None, None)]
    alembic("downgrade:015")
    assert rows.run("SELECT customers FROM metrics_input ORDER BY 1") == [(7,), (21,), (22,), (30,), (None,)]
    alembic("downgrade:base")


def test_audit_dates_become_points_in_time(rows: Rows, alembic: Callable[[str], None]) -> None:
    alembic("upgrade:018")
    old = ", created_date, last_update_date"
    _company(rows, "before", old, f", '{_naive(LONG_AGO)}', '{_naive(LATER)}'")
    alembic("upgrade:019")
    _company(rows, "old release", old, f", '{_naive(LONG_AGO)}', NULL")
    _company(rows, "new release", ", created_at, updated_at", f", '{LONG_AGO}', '{LATER}'")
    _company(rows, "defaults")
    rows.run("UPDATE companies SET last_update_date = %(at)s WHERE name = 'old release'", at=_naive(LATER))
    alembic("upgrade:020")
    columns = (
        "SELECT created_date, created_at, last_update_date, updated_at FROM companies WHERE name = %(name)s"
    )
    expected = [(_naive(LONG_AGO), LONG_AGO, _naive(LATER), LATER)]
    for name in ("before", "old release", "new release"):
        assert rows.run(columns, name=name) == expected
    created, moment, *_ = rows.run(columns, name="defaults")[0]
    assert created == _naive(moment.astimezone(timezone.utc))
    alembic("upgrade:021")
    _company(rows, "after", ", created_at, updated_at", f", '{LONG_AGO}', '{LATER}'")
    alembic("downgrade:020")
    for name in ("before", "old release", "new release", "after"):
        assert rows.run(columns, name=name) == expected
    alembic("downgrade:base")


def test_constraints_hold_at_head(rows: Rows, alembic: Callable[[str], None]) -> None:
    alembic("upgrade:head")
    company = _company(rows, "one")
    with pytest.raises(psycopg2.errors.UniqueViolation, match="uq_companies_name"):
        _company(rows, "one")
    with pytest.raises(psycopg2.errors.CheckViolation, match="ck_metrics_input_reporting_quarter"):
        rows.run(METRICS.format(column="customer_count", quarter=5), id=company, value=1)
    query = "SELECT count(*) FROM pg_constraint WHERE NOT convalidated UNION ALL"
    query += " SELECT count(*) FROM pg_index WHERE NOT indisvalid"
    assert rows.run(query) == [(0,), (0,)]
    assert rows.run("SELECT * FROM latest_quarter_metrics") == []
    alembic("downgrade:base")


def test_an_interrupted_index_build_is_repaired_by_the_next_run(
    rows: Rows, alembic: Callable[[str], None]
) -> None:
    alembic("upgrade:012")
    for _ in range(2):
        _company(rows, "twin")
    with pytest.raises(Exception, match="could not create unique index"):
        alembic("upgrade:013")
    invalid = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    assert rows.run(invalid) == [("uq_companies_name",)]
    rows.run("DELETE FROM companies")
    alembic("upgrade:014")
    assert rows.run(invalid) == []
    alembic("downgrade:base")
