"""Catalog: a database's schema as PostgreSQL itself tells it, object by object, and what changed in it.

    before = read_catalog(connection)
    ...
    after = read_catalog(connection)
    before.fingerprint == after.fingerprint
    print(diff(before, after))

`assay.catalog.kinds` lists the kinds of objects, their attributes, and what is left out.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from assay.catalog.diff import AttributeChange, CatalogDiff, Change, Group, diff
from assay.catalog.follow import Follower, is_psycopg2
from assay.catalog.kinds import KINDS, Kind
from assay.catalog.model import Catalog, Key, Object, Value
from assay.catalog.prepared import prepared_row
from assay.catalog.read import IGNORED_SCHEMAS, IGNORED_TABLES, read_catalog

if TYPE_CHECKING:
    from assay.catalog.ddl import as_ddl
    from assay.catalog.document import catalog_document, diff_document, load_catalog
    from assay.catalog.source import open_source, read_url

__all__ = [
    "IGNORED_SCHEMAS",
    "IGNORED_TABLES",
    "KINDS",
    "AttributeChange",
    "Catalog",
    "CatalogDiff",
    "Change",
    "Follower",
    "Group",
    "Key",
    "Kind",
    "Object",
    "Value",
    "as_ddl",
    "catalog_document",
    "diff",
    "diff_document",
    "is_psycopg2",
    "load_catalog",
    "open_source",
    "prepared_row",
    "read_catalog",
    "read_url",
]

_HOMES = {
    "as_ddl": "ddl",
    "catalog_document": "document",
    "diff_document": "document",
    "load_catalog": "document",
    "open_source": "source",
    "read_url": "source",
}


def __getattr__(name: str) -> Any:
    """Import what a trace does without when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
