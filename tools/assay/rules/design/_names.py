"""Names to suggest, which PostgreSQL takes as they are."""

from __future__ import annotations

from collections.abc import Iterable

MAX_IDENTIFIER_BYTES = 63
"""NAMEDATALEN - 1; PostgreSQL cuts what is longer (https://www.postgresql.org/docs/current/limits.html)."""


def suggested(prefix: str, table: str, columns: Iterable[str | None] = ()) -> str:
    """`ix_orders_customer_id`, cut where it would be too long."""
    return cut("_".join([prefix, table, *(column for column in columns if column)]))


def cut(name: str) -> str:
    """`name` as PostgreSQL keeps it: at most 63 bytes, and no half of a character."""
    return name.encode()[:MAX_IDENTIFIER_BYTES].decode(errors="ignore")
