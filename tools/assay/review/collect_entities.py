"""The tables that changed and their neighbours, for the entity-relation diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assay.catalog import Catalog, CatalogDiff, Key, Object
from assay.catalog.describe import short_type
from assay.preflight import Constraint, constraint, index
from assay.review.model import DiagramColumn, DiagramLink, DiagramTable, Mark

TABLES = ("table", "foreign table")


@dataclass(frozen=True)
class _Link:
    """A foreign key."""

    item: Object
    child: Key
    parent: Key
    parts: Constraint
    mark: Mark


def entities(
    before: Catalog, after: Catalog, changes: CatalogDiff
) -> tuple[list[DiagramTable], list[DiagramLink]]:
    """The diagram's tables (those that changed first) and the foreign keys between them."""
    marks = {change.key: change.action for change in changes}
    changed = [group.key for group in changes.groups() if group.key.kind in TABLES]
    links = [*_links(after, changed, marks), *_gone(before, changes)]
    ends = dict.fromkeys(end for link in links for end in (link.child, link.parent))
    neighbours = [key for key in ends if key not in changed]
    drawing = _Drawing(before, after, changes, links)
    tables = [drawing.whole(key) for key in changed] + [drawing.part(key) for key in neighbours]
    return tables, [drawing.link(link) for link in links]


def _links(catalog: Catalog, changed: Iterable[Key], marks: Mapping[Key, Mark]) -> Iterator[_Link]:
    """The foreign keys of the head's schema at one end of which a table changed."""
    there = set(changed)
    names = [key.name for key in there]
    for item in catalog.of_kind("constraint"):
        text = item.text("definition")
        if not text.startswith("FOREIGN KEY"):
            continue
        if _table(catalog, item.key.schema, item.key.parent) in there or any(name in text for name in names):
            link = _link(catalog, item, marks.get(item.key, "unchanged"))
            if link is not None and {link.child, link.parent} & there:
                yield link


def _gone(before: Catalog, changes: CatalogDiff) -> Iterator[_Link]:
    """The foreign keys that only the base's schema has."""
    for change in changes:
        if change.after is None and change.before is not None and change.key.kind == "constraint":
            link = _link(before, change.before, "removed")
            if link is not None:
                yield link


def _link(catalog: Catalog, item: Object, mark: Mark) -> _Link | None:
    parts = constraint(item.text("definition"))
    if parts is None or parts.kind != "foreign key":
        return None
    child = _table(catalog, item.key.schema, item.key.parent)
    return _Link(item, child, _table(catalog, parts.referenced_schema, parts.referenced), parts, mark)


def _table(catalog: Catalog, schema: str, name: str) -> Key:
    keys = [Key(kind, schema, name) for kind in TABLES]
    return next((key for key in keys if key in catalog), keys[0])


class _Drawing:
    def __init__(self, before: Catalog, after: Catalog, changes: CatalogDiff, links: list[_Link]) -> None:
        self._before, self._after, self._links = before, after, links
        self._changes = {change.key: change for change in changes}
        self._marks: dict[Key, Mark] = {key: change.action for key, change in self._changes.items()}

    def whole(self, key: Key) -> DiagramTable:
        """A table that changed: every column it has, and those it had."""
        now = self._columns(self._after, key)
        old = [c for c in self._columns(self._before, key) if self._marks.get(c.key) == "removed"]
        columns = [self._column(self._after, item) for item in now]
        columns += [self._column(self._before, item) for item in old]
        return DiagramTable(name=key.path, mark=self._marks.get(key, "changed"), columns=columns)

    def part(self, key: Key) -> DiagramTable:
        """A neighbour: its primary key and what the foreign keys join."""
        catalog = self._after if key in self._after else self._before
        wanted = _primary(catalog, key)
        for link in self._links:
            wanted |= set(link.parts.columns) if link.child == key else set()
            wanted |= set(link.parts.referenced_columns) if link.parent == key else set()
        columns = [item for item in self._columns(catalog, key) if item.key.name in wanted]
        return DiagramTable(
            name=key.path,
            mark=self._marks.get(key, "unchanged"),
            columns=[self._column(catalog, item) for item in columns],
        )

    def link(self, link: _Link) -> DiagramLink:
        """A foreign key as the diagram draws it."""
        catalog = self._before if link.mark == "removed" else self._after
        columns = {item.key.name: item for item in self._columns(catalog, link.child)}
        own = [columns[name] for name in link.parts.columns if name in columns]
        return DiagramLink(
            name=link.item.key.name,
            child=link.child.path,
            columns=list(link.parts.columns),
            parent=link.parent.path,
            parent_columns=list(link.parts.referenced_columns),
            mark=link.mark,
            optional=not all(item.get("not_null") for item in own),
            unique=set(link.parts.columns) in _unique(catalog, link.child),
        )

    def _column(self, catalog: Catalog, item: Object) -> DiagramColumn:
        table, name = _table(catalog, item.key.schema, item.key.parent), item.key.name
        foreign = any(name in link.parts.columns for link in self._links if link.child == table)
        return DiagramColumn(
            name=name,
            type=short_type(item.text("type")),
            mark=self._marks.get(item.key, "unchanged"),
            nullable=not item.get("not_null"),
            primary=name in _primary(catalog, table),
            foreign=foreign,
        )

    @staticmethod
    def _columns(catalog: Catalog, key: Key) -> list[Object]:
        columns = [item for item in catalog.below(key) if item.key.kind == "column"]
        return sorted(columns, key=lambda item: int(item.recorded.get("position", 0)))  # type: ignore[arg-type]


def _primary(catalog: Catalog, table: Key) -> set[str]:
    found = [parts for parts in _keys(catalog, table) if parts.kind == "primary key"]
    return set(found[0].columns) if found else set()


def _unique(catalog: Catalog, table: Key) -> list[set[str]]:
    """The columns of each of its keys and of its unique indexes over plain columns."""
    keys = [set(parts.columns) for parts in _keys(catalog, table) if parts.kind in ("primary key", "unique")]
    for item in catalog.below(table):
        if item.key.kind == "index" and item.get("unique"):
            parts = index(item.text("definition"))
            if parts is not None and not parts.where and None not in parts.columns:
                keys.append({column for column in parts.columns if column is not None})
    return keys


def _keys(catalog: Catalog, table: Key) -> list[Constraint]:
    texts = [item.text("definition") for item in catalog.below(table) if item.key.kind == "constraint"]
    parsed = [constraint(text) for text in texts if text.startswith(("PRIMARY KEY", "UNIQUE"))]
    return [parts for parts in parsed if parts is not None]
