"""A change as a line of DDL, for reading: it is no script, and nothing runs it."""

from __future__ import annotations

from assay.catalog.diff import Change


def as_ddl(change: Change) -> str:
    """For instance `ALTER TABLE companies ADD COLUMN website text`; several lines where it takes them."""
    raise NotImplementedError
