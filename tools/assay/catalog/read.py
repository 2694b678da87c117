"""Reads a catalog from a connection, leaving the session as it was."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from assay.catalog.model import Catalog

IGNORED_TABLES = ("alembic_version",)
"""Tables that belong to the tools; a name alone means in any schema."""

IGNORED_SCHEMAS = ("assay",)
"""Schemas that belong to the tools: Assay's own ledger."""


def read_catalog(
    connection: Any,
    *,
    ignored_tables: Collection[str] = IGNORED_TABLES,
    ignored_schemas: Collection[str] = IGNORED_SCHEMAS,
) -> Catalog:
    """The schema that `connection` (psycopg2 or psycopg 3) sees now, its own uncommitted DDL included.

    Inside a transaction it works in a savepoint that it rolls back: settings and locks are as before.
    Outside it opens one of its own, and ends it.
    """
    raise NotImplementedError
