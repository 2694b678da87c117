"""The values: a key, the object it names, and the catalog of all of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, ItemsView, Iterable, Iterator, Mapping, Set, ValuesView
from functools import cached_property
from operator import attrgetter

from msgspec import Struct, field
from msgspec.structs import replace

from assay.catalog.index import Index
from assay.catalog.kinds import KINDS, ORDER

Value = str | bool | int | tuple[str, ...]
"""What an attribute can be."""

SHORT = 12
"""Hexadecimal digits of a fingerprint that are enough for a person."""

HOME = "public"
"""The schema that a person does not name."""

PRIVILEGES = frozenset({"grants", "revoked"})
"""Attributes that tell who may do what."""


class Key(Struct, frozen=True, dict=True):
    """What an object is called; sorts by kind, in the order of `KINDS`, then by name."""

    kind: str
    schema: str
    """Empty for what stands in no schema (an extension, a cast, a schema itself)."""
    name: str
    """A function's with the types of its arguments: `tax(numeric, date)`."""
    parent: str = ""
    """The table (view, domain) it belongs to, in the same schema; empty for what stands alone."""

    @property
    def path(self) -> str:
        """The name without the kind: `companies.name` of a column, `other.companies` outside `public`."""
        if self.kind == "default privileges":
            return f"in schema {self.schema} {self.name}" if self.schema else self.name
        parts = [self.schema] if self.schema not in ("", HOME) else []
        if self.parent and self.kind != "index":
            parts.append(self.parent)
        return ".".join([*parts, self.name])

    @property
    def owner(self) -> Key | None:
        """The key of what this stands below, as a table; compare its `schema` and `name` only."""
        return Key("table", self.schema, self.parent) if self.parent else None

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"

    def __lt__(self, other: Key) -> bool:
        return self.place < other.place

    @cached_property
    def place(self) -> tuple[str, str, int, str]:
        """What it sorts by."""
        return self.schema, self.parent, ORDER.get(self.kind, len(KINDS)), self.name


class Object(Struct, frozen=True, eq=False, dict=True):
    """One object of a schema. Equal when key and attributes are."""

    key: Key
    attributes: Mapping[str, Value]
    """What defines it (`assay.catalog.kinds`); what is PostgreSQL's default is absent."""
    recorded: Mapping[str, Value] = field(default_factory=dict)
    """What is known and defines nothing: a column's position, an extension's version."""
    id: tuple[int, int, int] | None = None
    """PostgreSQL's catalog, OID and column number: means something on one running server only."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Object):
            return NotImplemented
        return self.key == other.key and self.attributes == other.attributes

    def __ne__(self, other: object) -> bool:  # a Struct's own would compare by identity
        return not self == other

    def __hash__(self) -> int:
        return hash(self.key)

    def get(self, attribute: str) -> Value | None:
        """The attribute; None where it is PostgreSQL's default."""
        return self.attributes.get(attribute)

    def text(self, attribute: str) -> str:
        """The attribute as text, empty where it is absent."""
        return str(self.attributes.get(attribute, ""))

    def is_exactly(self, other: Object) -> bool:
        """Whether nothing at all differs."""
        return self == other and self.recorded == other.recorded and self.id == other.id

    @cached_property
    def written(self) -> str:
        """Its key and attributes as JSON, always the same for the same."""
        key = self.key
        row = [key.schema, key.parent, key.kind, key.name, dict(self.attributes)]
        return json.dumps(row, sort_keys=True)


class Catalog(Mapping[Key, Object]):
    """A snapshot of a schema: every object by its key, sorted; immutable."""

    def __init__(
        self,
        objects: Iterable[Object],
        *,
        server: str | None = None,
        version: int | None = None,
        members: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        self._objects = {item.key: item for item in objects}
        self.server = server
        """Names the running server: between two catalogs of one server `Object.id` can be compared."""
        self.version = version
        """The server's major version."""
        self.members = members
        """What belongs to an extension and is left out: PostgreSQL's catalog and OID of each."""
        self._line: list[set[Key]] = [set()]
        """What was read again from one catalog to the next, of all that were read one after the other."""
        self._place = 0

    def changed(self, gone: Iterable[Key], read: Iterable[Object]) -> Catalog:
        """The catalog a moment later: without what is `gone`, with what was `read` again."""
        found = {}
        for item in read:
            before = self._objects.get(item.key)
            found[item.key] = before if before is not None and item.is_exactly(before) else item
        left = [key for key in gone if key not in found]
        later = self.but(left, found)
        if self._place == len(self._line) - 1:
            later._line, later._place = self._line, self._place + 1
            later._line.append({*left, *(key for key, o in found.items() if self._objects.get(key) is not o)})
        return later

    def but(self, gone: Collection[Key], now: Mapping[Key, Object]) -> Catalog:
        """Another catalog, which no moment follows: without what is `gone`, with what is otherwise `now`."""
        objects = self._objects.copy()
        for key in gone:
            del objects[key]
        objects.update(now)
        other = Catalog((), server=self.server, version=self.version, members=self.members)
        other._objects = objects
        other._index = self._index.changed(self._objects, gone, now)
        return other

    def without_privileges(self) -> Catalog:
        """The catalog as if nobody had granted anything: roles differ between environments, that which reads
        among them, and seldom come from revisions."""
        found = (
            item
            if PRIVILEGES.isdisjoint(item.attributes)
            else replace(item, attributes={n: v for n, v in item.attributes.items() if n not in PRIVILEGES})
            for key, item in self._objects.items()
            if key.kind != "default privileges"
        )
        return Catalog(found, server=self.server, version=self.version, members=self.members)

    def unlike(self, other: Catalog) -> dict[Key, Object]:
        """Those of its objects that `other` does not hold itself; some may be equal to what it holds."""
        keys: Iterable[Key] = self._objects
        if self._line is other._line:
            first, last = sorted((self._place, other._place))
            keys = sorted(set().union(*self._line[first + 1 : last + 1]), key=attrgetter("place"))
        mine, others = self._objects, other._objects
        return {k: mine[k] for k in keys if k in mine and others.get(k) is not mine[k]}

    def __getitem__(self, key: Key) -> Object:
        return self._objects[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._sorted)

    def __len__(self) -> int:
        return len(self._objects)

    def items(self) -> ItemsView[Key, Object]:
        """Every key with its object, sorted; faster than what Mapping has."""
        return self._sorted.items()

    def values(self) -> ValuesView[Object]:
        """Every object, sorted."""
        return self._sorted.values()

    @cached_property
    def _sorted(self) -> dict[Key, Object]:
        """What most catalogs of a trace are never asked for."""
        return dict(sorted(self._objects.items(), key=_place))

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"<Catalog of {len(self)} objects, {self.short}>"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of every key and attribute; nothing recorded counts."""
        rows = ", ".join(item.written for item in self._sorted.values())
        return hashlib.sha256(f"[{rows}]".encode()).hexdigest()

    @cached_property
    def _index(self) -> Index:
        """Of a catalog that was `changed` it was there at once."""
        return Index(self._objects)

    @cached_property
    def numbered(self) -> dict[tuple[int, int, int] | None, Object]:
        """The objects by their `id`, those that have one."""
        return {item.id: item for item in self._objects.values() if item.id is not None}

    @property
    def counted(self) -> tuple[list[int], list[int]]:
        """The OIDs of the types and domains, and of the domains' constraints."""
        kinds, below = self._index.kinds, self._index.below
        domains = kinds.get("domain", set())
        types = [self._objects[key] for key in (*kinds.get("type", ()), *domains)]
        stated = (key for domain in domains for key in below.get((domain.schema, domain.name), ()))
        checks = [self._objects[key] for key in stated if key.kind == "constraint"]
        return [o.id[1] for o in types if o.id], [o.id[1] for o in checks if o.id]

    @property
    def short(self) -> str:
        """The fingerprint's first digits, for people."""
        return self.fingerprint[:SHORT]

    def below(self, key: Key) -> list[Object]:
        """What stands below a table, view or domain: columns, constraints, indexes …"""
        return [o for k, o in self._sorted.items() if k.parent == key.name and k.schema == key.schema]

    @property
    def kinds(self) -> Set[str]:
        """The kinds of objects that there are."""
        return {kind for kind, keys in self._index.kinds.items() if keys}

    def of_kind(self, kind: str) -> list[Object]:
        """Every object of one kind, sorted."""
        keys = sorted(self._index.kinds.get(kind, ()), key=attrgetter("place"))
        return [self._objects[key] for key in keys]

    def of_relations(self, relations: Set[int]) -> set[Key]:
        """The keys of the relations with these OIDs and of what stands below them."""
        known, below = self._index.relations, self._index.below
        own = {known[oid] for oid in relations if oid in known}
        above = {(key.schema, key.name) for key in own if key.kind != "sequence"}
        return own.union(*(below[place] for place in above if place in below))


def _place(entry: tuple[Key, Object]) -> tuple[str, str, int, str]:
    return entry[0].place
