"""Statements with CONCURRENTLY, as PostgreSQL's grammar reads them."""

from __future__ import annotations

from assay.rules.data._parsed import nodes, parsed
from assay.trace import Traced

_REFUSED = ("0A000", "55000")
"""feature_not_supported, object_not_in_prerequisite_state."""


def refused_concurrently(traced: Traced) -> bool:
    """Whether it failed because of an object that cannot be worked on concurrently."""
    error = traced.effect.error
    return error is not None and error.sqlstate in _REFUSED and is_concurrent(traced.statement.sql)


def is_concurrent(sql: str) -> bool:
    """Whether it says CONCURRENTLY, of an index, a materialized view, a partition, or as REINDEX's option."""
    tree = parsed(sql)
    if tree is None:
        return False
    if getattr(tree, "concurrent", False):
        return True
    commands = [command.concurrent for command in nodes(tree, "PartitionCmd")]
    options = [option.defname == "concurrently" for option in nodes(tree, "DefElem")]
    return any(commands + options)
