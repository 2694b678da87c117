"""What changed between two sets of model files, as far as the schema can see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from assay.history.models.entities import Entity, entities

Sources = Mapping[str, bytes]
"""Files by path."""


class ModelChange(Struct, frozen=True):
    """One class or table of the models that changed."""

    name: str
    """`Company`."""
    what: Literal["added", "changed", "removed", "unreadable"]
    path: str
    line: int
    """1-based, in `path`: of the first part that changed (for what was removed: where it stood)."""
    facts: tuple[str, ...] = ()
    """`Company.year_end_date changed`, `Company.fund removed` …, in the order of the source."""


def changes(before: Sources, after: Sources, others: Callable[[], Sources] = dict) -> list[ModelChange]:
    """The schema changes from `before` to `after`, the files that differ; `others` are the rest.

    Docstrings, comments, layout, imports, methods, relationships, Python-side defaults do not count; nor
    does a class that moved, or one renamed whose table kept its name.
    """
    broken: list[ModelChange] = []
    old = [e for path, source in before.items() for e in _read(path, source, [])]
    new = [e for path, source in after.items() for e in _read(path, source, broken)]
    unread = {change.path for change in broken}
    world = _World(before, after, others)
    found = list(broken)
    for was, now in _pairs([e for e in old if e.path not in unread], new):
        found += _judge(was, now, world)
    return sorted(found, key=lambda change: (change.path, change.line, change.name))


def _read(path: str, source: bytes, broken: list[ModelChange]) -> list[Entity]:
    try:
        return entities(path, source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        name = path.rpartition("/")[2]
        broken.append(ModelChange(name, "unreadable", path, line, (f"{name} is not valid Python",)))
        return []


def _pairs(old: list[Entity], new: list[Entity]) -> Iterator[tuple[Entity | None, Entity | None]]:
    """Each entity with what it was: the same name in the same file, elsewhere, or the same table."""
    keys: tuple[Callable[[Entity], object], ...] = (
        lambda e: (e.path, e.name),
        lambda e: e.name,
        lambda e: e.table,
    )
    for key in keys:
        waiting: dict[object, list[Entity]] = {}
        for entity in old:
            waiting.setdefault(key(entity), []).append(entity)
        for entity in list(new):
            same = waiting.get(key(entity)) if key(entity) is not None else None
            if same:
                was = same.pop(0)
                old.remove(was)
                new.remove(entity)
                yield was, entity
    yield from ((entity, None) for entity in old)
    yield from ((None, entity) for entity in new)


def _judge(was: Entity | None, now: Entity | None, world: _World) -> Iterator[ModelChange]:
    here = now or was
    assert here is not None
    if (here.kind == "enum" or (was and was.kind == "enum")) and not world.uses(here.name):
        return
    if was is None or now is None:
        if here.kind != "part":
            what: Literal["added", "removed"] = "added" if was is None else "removed"
            yield ModelChange(here.name, what, here.path, here.line, (f"{here.name} {what}",))
        return
    told = list(_parts(was, now))
    if any(world.matters(base) for base in set(was.bases) ^ set(now.bases)):
        told.insert(0, (now.line, f"{now.name} changed its base classes"))
    if told:
        yield ModelChange(now.name, "changed", now.path, told[0][0], tuple(fact for _, fact in told))


def _parts(was: Entity, now: Entity) -> Iterator[tuple[int, str]]:
    for name, part in now.parts.items():
        full = f"{now.name}.{name}" if name else now.name
        if name not in was.parts:
            yield part.line, f"{full} added"
        elif part.meaning != was.parts[name].meaning:
            yield part.line, f"{full} changed"
    yield from ((now.line, f"{now.name}.{name} removed") for name in was.parts if name not in now.parts)


class _World:
    """The model files around a change, read only when a question needs them."""

    def __init__(self, before: Sources, after: Sources, others: Callable[[], Sources]) -> None:
        self.before, self.after, self.read = before, after, others
        self.others: Sources | None = None

    def sources(self) -> Iterator[tuple[str, bytes]]:
        if self.others is None:
            self.others = self.read()
        yield from self.before.items()
        yield from self.after.items()
        yield from self.others.items()

    def uses(self, name: str) -> bool:
        """Whether anything names it outside its own definition."""
        definition = re.compile(rf"^\s*class\s+{re.escape(name)}\b".encode(), re.MULTILINE)
        word = re.compile(rf"\b{re.escape(name.rpartition('.')[2])}\b".encode())
        return any(len(word.findall(s)) > len(definition.findall(s)) for _, s in self.sources())

    def matters(self, base: str) -> bool:
        """Whether a base class may bring columns: it does, or nobody here knows it."""
        known = re.compile(rf"^\s*class\s+{re.escape(base)}\b".encode(), re.MULTILINE)
        homes = [(path, source) for path, source in self.sources() if known.search(source)]
        found = [e for path, source in homes for e in _read(path, source, []) if e.name == base]
        return not homes or bool(found)
