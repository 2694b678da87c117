"""What changed between two catalogs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assay.catalog.model import Catalog, Key, Object, Value

Action = Literal["added", "removed", "changed", "renamed"]


@dataclass(frozen=True)
class AttributeChange:
    """One attribute's value before and after; None where it was PostgreSQL's default."""

    name: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True)
class Change:
    """What happened to one object. A renamed one may have changed as well: see `attributes`."""

    before: Object | None
    """None for an object that was added."""
    after: Object | None
    """None for an object that was removed."""
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
    def action(self) -> Action:
        """What happened."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "changed" if self.before.key.name == self.after.key.name else "renamed"


@dataclass(frozen=True)
class Group:
    """The changes of one table (view, domain) and of what stands below it, or of one other object."""

    key: Key
    """The table's, or the single object's."""
    own: Change | None
    """The change of the table itself, if it has one."""
    below: tuple[Change, ...] = ()


@dataclass(frozen=True)
class CatalogDiff:
    """Every change between two catalogs, sorted by table; false when there is none."""

    changes: tuple[Change, ...]

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def groups(self) -> list[Group]:
        """The changes that a person wants to read, by table; implied ones are left out."""
        raise NotImplementedError

    def __str__(self) -> str:
        raise NotImplementedError


def diff(before: Catalog, after: Catalog) -> CatalogDiff:
    """What has to happen to `before` to become `after`; renames recognised where they are certain."""
    raise NotImplementedError
