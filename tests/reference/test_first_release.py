"""Revision 001 is the published financial-reporting schema: names, types, nullability, keys, indexes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from assay.scratch import Server

from models import Base
from models.naming import MAX_IDENTIFIER_BYTES, fitted

AUDIT = "created_date timestamp! | created_by varchar! | last_update_date timestamp | last_updated_by varchar"
QUARTER = "fiscal_reporting_date date! | fiscal_reporting_quarter integer! | reporting_year integer! | "
QUARTER += "reporting_quarter integer!"
FIGURES = """
total_revenue recurring_revenue gross_profit sales_marketing_expense total_operating_expense ebitda
net_income cash_burn cash_balance debt_outstanding
"""
RATIOS = """
enterprise_value arr recurring_percentage_revenue revenue_per_fte gross_profit_per_fte employee_growth_rate
change_in_cash revenue_growth monthly_cash_burn runway_months ev_by_equity_raised_plus_debt
sales_marketing_percentage_revenue total_operating_percentage_revenue gross_profit_margin
valuation_to_revenue yoy_growth_revenue yoy_growth_profit yoy_growth_employees yoy_growth_ltm_revenue
ltm_total_revenue ltm_gross_profit ltm_sales_marketing_expense ltm_gross_margin ltm_operating_expense
ltm_ebitda ltm_net_income ltm_ebitda_margin ltm_net_income_margin
"""


def _numeric(names: str) -> str:
    return " | ".join(f"{name} numeric" for name in names.split())


COLUMNS = {
    "companies": "id uuid! | name varchar! | reporting_status varchar! | reporting_currency varchar!"
    " | fund varchar! | location_country varchar! | customer_type varchar! | revenue_type varchar!"
    " | equity_raised numeric | post_money_valuation numeric | year_end_date date!",
    "metrics_input": f"id uuid! | company_id uuid! | currency varchar! | {_numeric(FIGURES)}"
    f" | employees integer | customers integer | {QUARTER}",
    "quarterly_reporting_financials": "company_id uuid! | currency varchar! | exchange_rate_used numeric!"
    f" | {_numeric(FIGURES)} | {QUARTER}",
    "quarterly_reporting_metrics": f"company_id uuid! | currency varchar! | {_numeric(RATIOS)} | {QUARTER}",
}
KEYS = {
    "companies": {"PRIMARY KEY (id)"},
    "metrics_input": {"PRIMARY KEY (id)", "FOREIGN KEY (company_id) REFERENCES companies(id)"},
    "quarterly_reporting_financials": {
        "PRIMARY KEY (company_id, currency, fiscal_reporting_date)",
        "FOREIGN KEY (company_id) REFERENCES companies(id)",
    },
    "quarterly_reporting_metrics": {
        "PRIMARY KEY (company_id, currency, fiscal_reporting_date)",
        "FOREIGN KEY (company_id) REFERENCES companies(id)",
    },
}
COMPANY_AND_DATE = "(company_id, fiscal_reporting_date)"
INDEXES = {
    "companies": {"ix_companies_name": "(name)"},
    "metrics_input": {"ix_metrics_input_company_id_fiscal_reporting_date": COMPANY_AND_DATE},
    "quarterly_reporting_financials": {
        "ix_quarterly_reporting_financials_company_id_fiscal_re_bf6d132b": COMPANY_AND_DATE
    },
    "quarterly_reporting_metrics": {
        "ix_quarterly_reporting_metrics_company_id_fiscal_reporting_date": COMPANY_AND_DATE
    },
}
SHORT = {"character varying": "varchar", "timestamp without time zone": "timestamp"}


def _ask(server: Server, database: str, query: str, table: str) -> list[tuple[Any, ...]]:
    with server.connect(database) as session, session.cursor() as cursor:
        cursor.execute(query, {"table": table})
        return cursor.fetchall()


@pytest.mark.parametrize("table", COLUMNS)
def test_columns(table: str, server: Server, database: str, alembic: Callable[[str], None]) -> None:
    alembic("upgrade:001")
    found = _ask(
        server,
        database,
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute"
        " WHERE attrelid = %(table)s::regclass AND attnum > 0",
        table,
    )
    expected = {*COLUMNS[table].split(" | "), *AUDIT.split(" | ")}
    assert {
        f"{name} {SHORT.get(kind, kind)}{'!' if required else ''}" for name, kind, required in found
    } == expected


@pytest.mark.parametrize("table", KEYS)
def test_keys(table: str, server: Server, database: str, alembic: Callable[[str], None]) -> None:
    alembic("upgrade:001")
    query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
    query += " WHERE contype <> 'n' AND conrelid = %(table)s::regclass"
    assert {row[0] for row in _ask(server, database, query, table)} == KEYS[table]


@pytest.mark.parametrize("table", INDEXES)
def test_indexes(table: str, server: Server, database: str, alembic: Callable[[str], None]) -> None:
    alembic("upgrade:001")
    query = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %(table)s AND indexname LIKE 'ix%%'"
    found = {
        name: definition.partition(" btree ")[2] for name, definition in _ask(server, database, query, table)
    }
    assert found == INDEXES[table]


@pytest.mark.parametrize("table", COLUMNS)
def test_created_date_defaults_to_now(
    table: str, server: Server, database: str, alembic: Callable[[str], None]
) -> None:
    alembic("upgrade:001")
    query = "SELECT attname, pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute"
    query += " ON attrelid = adrelid AND attnum = adnum WHERE adrelid = %(table)s::regclass"
    assert _ask(server, database, query, table) == [("created_date", "now()")]


def test_every_name_fits() -> None:
    names = [table.name for table in Base.metadata.tables.values()]
    for table in Base.metadata.tables.values():
        names += [str(index.name) for index in table.indexes]
        names += [str(constraint.name) for constraint in table.constraints]
    assert [name for name in names if len(name.encode()) > MAX_IDENTIFIER_BYTES] == []
    assert "None" not in names


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param("ix_" + "a" * 60, "ix_" + "a" * 60, id="63 bytes stay"),
        pytest.param("ix_" + "a" * 61, "ix_" + "a" * 51 + "_", id="64 bytes are cut"),
        pytest.param("ix_" + "é" * 31, "ix_" + "é" * 25 + "_", id="bytes count, not letters"),
    ],
)
def test_fitted(name: str, kept: str) -> None:
    result = fitted(name)
    assert result.startswith(kept)
    assert len(result) == len(kept) + (0 if result == name else 8)
    assert fitted(name + "b") != result
