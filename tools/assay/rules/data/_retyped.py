"""Columns whose type is another at the end of the revision."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay.catalog import Catalog, Change, Key
from assay.rules.data._types import Verdict, compared
from assay.rules.data._upgrade import comes_back, relation
from assay.rules.data._words import said_type
from assay.trace import Observation, Traced


class Retyped(Struct, frozen=True):
    """A column, by its name, before and after."""

    traced: Traced
    """The statement that gave it its last type."""
    table: Key
    name: str
    said_before: str
    """As a person writes the type: `varchar(50)`."""
    said_after: str
    before: str
    """As `format_type` writes it, a domain's as the type it stands for."""
    after: str

    @property
    def verdict(self) -> Verdict:
        """What the change does to values and queries."""
        return compared(self.before, self.after)


def retyped(observation: Observation) -> Iterator[Retyped]:
    """Every column of a busy table or view whose name stands for another type than before."""
    upgrade = observation.trip.upgrade
    if upgrade.before is None or upgrade.released is None or upgrade.after is None:
        return
    last: dict[Key, tuple[Traced, Key]] = {}
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            if change.key.kind == "column" and change.parent and _may_retype(change):
                held = relation(traced, change.parent)
                if held is None or held.busy or change.parent.kind.endswith("view"):
                    last[change.key] = (traced, change.parent)
    for key, (traced, parent) in last.items():
        old, new = upgrade.released.get(key), upgrade.after.get(key)
        if (
            old is None
            or new is None
            or parent not in upgrade.released
            or _was_lost(observation, old.id, new.id, parent, key)
        ):
            continue
        said = said_type(old.text("type")), said_type(new.text("type"))
        resolved = _resolved(upgrade.before, old.text("type")), _resolved(upgrade.after, new.text("type"))
        if resolved[0] != resolved[1]:
            yield Retyped(traced, parent, key.name, *said, *resolved)


def _may_retype(change: Change) -> bool:
    if change.after is None or change.implied:
        return False
    return change.action in ("added", "renamed") or any(each.name == "type" for each in change.attributes)


def _was_lost(observation: Observation, old: object, new: object, parent: Key, key: Key) -> bool:
    """Whether it is another column whose values began empty: `dropped-column` tells that."""
    return old != new and not parent.kind.endswith("view") and not comes_back(observation, parent, key.name)


def _resolved(catalog: Catalog, text: str) -> str:
    """The type that a domain stands for; any other type as it is."""
    name, brackets, _ = text.partition("[")
    schema, dot, bare = name.rpartition(".")
    domain = catalog.get(Key("domain", schema, bare.strip('"'))) if dot else None
    return (
        text if domain is None else _resolved(catalog, domain.text("type")) + brackets + text[len(name) + 1 :]
    )
