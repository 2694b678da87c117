"""A materialized view that is computed anew, without a moment in which nobody can read it."""

from __future__ import annotations

from assay.catalog import Key, Object
from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.rules.data._words import execute, numbered
from assay.trace import Observation


def beside(view: Key, observation: Observation) -> str:
    """The new view under another name, until it has been computed."""
    before, after = observation.trip.upgrade.before, observation.trip.upgrade.after
    item = after.get(view) if after is not None else None
    other = Key(view.kind, view.schema, f"{view.name}_new")
    query = item.text("definition").rstrip("; \n") if item is not None else "..."
    indexes = [
        each for each in (before.below(view) if before is not None else []) if each.key.kind == "index"
    ]
    lines = (
        f"CREATE MATERIALIZED VIEW {path_of(other)} AS\n{query}",
        *(_index_on(other, each) for each in indexes),
        f"DROP MATERIALIZED VIEW {path_of(view)}",
        f"ALTER MATERIALIZED VIEW {path_of(other)} RENAME TO {quoted(view.name)}",
        *(f"ALTER INDEX {path_of(_new(each))} RENAME TO {quoted(each.key.name)}" for each in indexes),
    )
    heading = (
        "this revision: the new one is computed, and indexed, beside the old one, then they change places"
    )
    return numbered(((heading, "\n".join(map(execute, lines))),))


def _index_on(view: Key, item: Object) -> str:
    word = "UNIQUE " if item.get("unique") else ""
    return f"CREATE {word}INDEX {quoted(_new(item).name)} ON {path_of(view)} USING {item.text('definition')}"


def _new(item: Object) -> Key:
    return Key(item.key.kind, item.key.schema, f"{item.key.name}_new")
