"""Where a catalog comes from, as the command line names it: a URL, a snapshot file, a revision."""

from __future__ import annotations

from collections.abc import Callable

from assay.catalog.model import Catalog


def open_source(name: str, revision: Callable[[str], Catalog] | None = None) -> Catalog:
    """The catalog that `name` means: a `postgresql://` URL, a snapshot file, else what `revision` makes of it."""
    raise NotImplementedError


def read_url(url: str) -> Catalog:
    """The catalog of a live database: read-only, with a statement timeout; no error tells the password."""
    raise NotImplementedError
