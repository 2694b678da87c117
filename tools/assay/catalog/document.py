"""Snapshots and diffs as JSON documents."""

from __future__ import annotations

from typing import Any

from assay.catalog.diff import CatalogDiff
from assay.catalog.model import Catalog


def catalog_document(catalog: Catalog) -> dict[str, Any]:
    """A snapshot, for `json.dumps`: stable, and without anything of the server's it came from."""
    raise NotImplementedError


def load_catalog(text: str | bytes) -> Catalog:
    """The catalog of a snapshot's text. UsageError where it is none."""
    raise NotImplementedError


def diff_document(changes: CatalogDiff, before: Catalog, after: Catalog) -> dict[str, Any]:
    """A diff, for `json.dumps`."""
    raise NotImplementedError
