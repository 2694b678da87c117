"""The indexes of a table, those behind its keys included."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay.catalog import Catalog, Key, Object
from assay.preflight import Index, index


class TableIndex(Struct, frozen=True):
    """One of them."""

    item: Object
    """The index, or the constraint that it is behind."""
    parts: Index
    unique: bool

    @property
    def usable(self) -> bool:
        """Whether queries may use it."""
        return not (self.item.get("invalid") or self.item.get("not_ready"))


def indexes_of(catalog: Catalog, item: Key) -> Iterator[TableIndex]:
    """Those of the table that `item` stands below, by name."""
    for each in catalog.below(Key("table", item.schema, item.parent)):
        if each.key.kind not in ("index", "constraint"):
            continue
        definition = each.text("definition")
        if each.key.kind == "constraint" and not definition.startswith(("PRIMARY KEY", "UNIQUE")):
            continue
        parts = index(definition)
        if parts is not None:
            yield TableIndex(each, parts, each.key.kind == "constraint" or bool(each.get("unique")))
