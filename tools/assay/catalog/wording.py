"""What a rename does to the texts of other objects."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from assay.catalog.keywords import KEYWORDS
from assay.catalog.kinds import KINDS
from assay.catalog.model import Key, Value

OWN_WORDS = ("comment", "values")
"""Attributes that are a person's words, in which no name of an object is meant."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")


class Renaming:
    """The renames of a diff; tells which other changes they explain."""

    def __init__(self, pairs: Mapping[Key, Key | None]) -> None:
        moved = [(old, new) for old, new in pairs.items() if new is not None and old != new]
        self._schemas = {o.name: n.name for o, n in moved if o.kind == "schema"}
        self._heads = {(o.schema, o.name): n for o, n in moved if KINDS[o.kind].parts}
        named = {_bare(o): _bare(n) for o, n in moved if o.kind != "cast" and _bare(o) != _bare(n)}
        named |= {
            quoted(o.schema): quoted(n.schema) for o, n in moved if o.schema != n.schema and not o.parent
        }
        self._names = named
        words = "|".join(map(re.escape, sorted(self._names, key=len, reverse=True)))
        self._words = re.compile(rf'(?<![\w$"])(?:{words})(?![\w$"])') if words else None

    def moves(self, key: Key) -> Key:
        """Where the object is by the renames of what it stands in: its schema, its table."""
        schema = self._schemas.get(key.schema, key.schema)
        head = self._heads.get((key.schema, key.parent)) if key.parent else None
        if "(" in key.name and self._words is not None:
            base, arguments = key.name[: key.name.index("(")], key.name[key.name.index("(") :]
            key = replace(key, name=base + self._renamed(arguments))
        return (
            Key(key.kind, head.schema, key.name, head.name)
            if head
            else Key(key.kind, schema, key.name, key.parent)
        )

    def explains(self, attribute: str, before: Value | None, after: Value | None) -> bool:
        """Whether the new text is the old one with the new names in it."""
        if self._words is None or attribute in OWN_WORDS:
            return False
        if isinstance(before, tuple) and isinstance(after, tuple):
            return sorted(map(self._renamed, before)) == sorted(map(self._unaliased, after))
        if isinstance(before, str) and isinstance(after, str):
            return self._renamed(before) == self._unaliased(after)
        return False

    def _renamed(self, text: str) -> str:
        assert self._words is not None
        return self._words.sub(lambda match: self._names[match.group()], text)

    def _unaliased(self, text: str) -> str:
        """`text` without the `AS old` that keeps a view's column as it was."""
        for old, new in self._names.items():
            alias = rf'(?<![\w$"]){re.escape(new)} AS {re.escape(old)}(?![\w$"])'
            text = re.sub(alias, new.replace("\\", r"\\"), text)
        return text


def _bare(key: Key) -> str:
    """The name without the arguments of a function."""
    signed = key.kind in ("function", "procedure", "aggregate", "operator")
    return quoted(key.name.partition("(")[0] if signed else key.name)


def quoted(name: str) -> str:
    """The name as PostgreSQL writes it."""
    return name if _PLAIN.match(name) and name not in KEYWORDS else '"' + name.replace('"', '""') + '"'
