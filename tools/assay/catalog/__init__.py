"""Catalog: a database's schema as PostgreSQL itself tells it, object by object, and what changed in it.

    before = read_catalog(connection)
    ...
    after = read_catalog(connection)
    before.fingerprint == after.fingerprint
    print(diff(before, after))

`assay.catalog.kinds` lists the kinds of objects, their attributes, and what is left out.
"""

from __future__ import annotations

from assay.catalog.ddl import as_ddl
from assay.catalog.diff import AttributeChange, CatalogDiff, Change, Group, diff
from assay.catalog.document import catalog_document, diff_document, load_catalog
from assay.catalog.follow import Follower, is_psycopg2
from assay.catalog.kinds import KINDS, Kind
from assay.catalog.model import Catalog, Key, Object, Value
from assay.catalog.prepared import prepared_row
from assay.catalog.read import IGNORED_SCHEMAS, IGNORED_TABLES, read_catalog
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
