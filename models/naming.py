"""The one naming convention of this schema: every generated name fits PostgreSQL's 63 bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Index, Table
from sqlalchemy.sql.schema import ColumnCollectionConstraint

MAX_IDENTIFIER_BYTES = 63
"""NAMEDATALEN - 1; PostgreSQL cuts what is longer (https://www.postgresql.org/docs/current/limits.html)."""
_DIGEST_LENGTH = 8


def fitted(name: str) -> str:
    """`name` itself where it fits, else its beginning and a digest of the whole: stable and distinct."""
    encoded = name.encode()
    if len(encoded) <= MAX_IDENTIFIER_BYTES:
        return name
    kept = encoded[: MAX_IDENTIFIER_BYTES - _DIGEST_LENGTH - 1].decode(errors="ignore")
    return f"{kept}_{hashlib.sha256(encoded).hexdigest()[:_DIGEST_LENGTH]}"


def _columns(item: Index | ColumnCollectionConstraint) -> Iterable[str]:
    expressions = item.expressions if isinstance(item, Index) else item.columns
    return (part.name for part in expressions if isinstance(part, Column))


def _named(prefix: str) -> Callable[[Any, Table], str]:
    def name(item: Index | ColumnCollectionConstraint, table: Table) -> str:
        return fitted("_".join((prefix, table.name, *_columns(item))))

    return name


NAMING_CONVENTION: Mapping[str, str | Callable[[Any, Table], str]] = {
    "fitted_ix": _named("ix"),
    "fitted_uq": _named("uq"),
    "fitted_fk": _named("fk"),
    "ix": "%(fitted_ix)s",
    "uq": "%(fitted_uq)s",
    "fk": "%(fitted_fk)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}
"""Prefix, table, columns. A check constraint is named by hand; a test holds that it fits as well."""
