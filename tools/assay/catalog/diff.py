"""What changed between two catalogs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from assay.catalog.kinds import KINDS
from assay.catalog.match import matched
from assay.catalog.model import Catalog, Key, Object, Value
from assay.catalog.wording import Renaming

COMPANIONS = {"identity_sequence": "identity", "identity_options": "identity", "virtual": "generated"}
"""Attributes that come and go with another."""

_WITH_PARTS = ("table", *(kind.name for kind in KINDS.values() if kind.parts and kind.name != "table"))

Action = Literal["added", "removed", "changed", "renamed"]


class AttributeChange(Struct, frozen=True):
    """One attribute's value before and after; None where it was PostgreSQL's default."""

    name: str
    before: Value | None
    after: Value | None


class Change(Struct, frozen=True):
    """What happened to one object. A renamed one may have changed as well: see `attributes`."""

    before: Object | None
    """None for an object that was added."""
    after: Object | None
    """None for an object that was removed."""
    parent: Key | None = None
    """The table (view, domain) it stands below, as it is called afterwards."""
    attributes: tuple[AttributeChange, ...] = ()
    """What changed in it; empty for one that was added or removed."""
    implied: bool = False
    """Follows from another change: a column of a dropped table, an index's text after a column's rename."""

    @property
    def key(self) -> Key:
        """The object's key: the later one where it was renamed."""
        item = self.after or self.before
        assert item is not None
        return item.key

    @property
    def told(self) -> tuple[AttributeChange, ...]:
        """What of `attributes` a person wants to read: not the sequence of an identity that came or went."""
        names = {part.name for part in self.attributes if part.before is None or part.after is None}
        return tuple(
            part
            for part in self.attributes
            if not (part.name in COMPANIONS and COMPANIONS[part.name] in names)
        )

    @property
    def action(self) -> Action:
        """What happened; `renamed` also when it moved to another schema."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        old, new = self.before.key, self.after.key
        return "changed" if (old.schema, old.name) == (new.schema, new.name) else "renamed"


class Group(Struct, frozen=True):
    """The changes of one table (view, domain) and of what stands below it, or of one other object."""

    key: Key
    """The table's, or the single object's."""
    own: Change | None
    """The change of the table itself, if it has one."""
    below: tuple[Change, ...] = ()


class CatalogDiff(Struct, frozen=True):
    """Every change between two catalogs, sorted by schema and table; false when there is none."""

    changes: tuple[Change, ...]

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def groups(self) -> list[Group]:
        """The changes that a person wants to read, by table; implied ones are left out."""
        told = sorted((c for c in self.changes if not c.implied), key=lambda c: (_head(c).place, _place(c)))
        groups = []
        for head, changes in groupby(told, key=_head):
            own, below = None, []
            for change in changes:
                if change.parent is None:
                    own = change
                else:
                    below.append(change)
            groups.append(Group(head, own, tuple(below)))
        return groups

    def told(self) -> Iterator[Change]:
        """Those of `groups()`, one by one; the columns of a view follow from its query."""
        for group in self.groups():
            own = [group.own] if group.own is not None else []
            view = bool(own) and group.key.kind.endswith("view")
            yield from own
            yield from (change for change in group.below if not (view and change.key.kind == "column"))

    def __str__(self) -> str:
        from assay.catalog.text import diff_lines

        return "\n".join(diff_lines(self))


def diff(before: Catalog, after: Catalog) -> CatalogDiff:
    """What has to happen to `before` to become `after`; renames recognised where they are certain."""
    one_server = before.server is not None and before.server == after.server
    # Of two catalogs of which one was read after the other, most objects are the same ones.
    old, new = (before.unlike(after), after.unlike(before)) if one_server else (before, after)
    pairs = matched(old, new, one_server=one_server)
    renaming = Renaming(pairs)
    gone = {key for key in old if pairs.get(key) is None and KINDS[key.kind].parts}
    changes = [_changed(old[was], new[now], renaming) for was, now in pairs.items() if now is not None]
    changes += [Change(old[was], None) for was, now in pairs.items() if now is None]
    changes += [Change(None, new[key]) for key in new.keys() - set(pairs.values())]
    placed = [_placed(change, before, after, gone) for change in changes if change is not None]
    return CatalogDiff(tuple(sorted(placed, key=lambda change: change.key.place)))


def _changed(before: Object, after: Object, renaming: Renaming) -> Change | None:
    names = sorted(before.attributes.keys() | after.attributes.keys())
    found = [AttributeChange(name, before.get(name), after.get(name)) for name in names]
    changed = tuple(change for change in found if change.before != change.after)
    if not changed and before.key == after.key:
        return None
    own = tuple(c for c in changed if not renaming.explains(c.name, c.before, c.after))
    implied = not own and renaming.moves(before.key) == after.key
    return Change(before, after, attributes=changed if implied else own, implied=implied)


def _placed(change: Change, before: Catalog, after: Catalog, gone: set[Key]) -> Change:
    key = change.key
    if not key.parent:
        return change
    heads = [Key(kind, key.schema, key.parent) for kind in _WITH_PARTS]
    there = [head for catalog in (before, after) for head in heads if head in catalog]
    parent = there[-1] if there else heads[0]
    return replace(change, parent=parent, implied=change.implied or (change.after is None and parent in gone))


def _head(change: Change) -> Key:
    return change.parent or change.key


def _place(change: Change) -> tuple[object, ...]:
    item = change.after or change.before
    assert item is not None
    kind = list(KINDS).index(change.key.kind)
    return change.parent is not None, kind, item.recorded.get("position", 0), change.key.name
