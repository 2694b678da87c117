"""A catalog as an outline, and a diff as a person would write it down."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from assay.catalog.describe import MULTILINE, literal, phrase, summary
from assay.catalog.diff import AttributeChange, CatalogDiff, Change, Group
from assay.catalog.model import Catalog, Key, Object

SIGNS = {"added": "+", "removed": "-", "changed": "~", "renamed": "~"}


def diff_lines(changes: CatalogDiff) -> Iterator[str]:
    """A line an object, below a line for its table; the texts of views and functions line by line."""
    for group in changes.groups():
        yield from _group(group)


def outline(catalog: Catalog) -> Iterator[str]:
    """Every object, what belongs to a table below it."""
    below: dict[tuple[str, str], list[Object]] = {}
    for item in catalog.values():
        if item.key.parent:
            below.setdefault((item.key.schema, item.key.parent), []).append(item)
    for item in catalog.values():
        if not item.key.parent:
            yield f"{item.key} {summary(item)}".rstrip()
            for part in _ordered(below.get((item.key.schema, item.key.name), [])):
                yield f"  {_named(part.key)} {summary(part)}".rstrip()


def _ordered(items: list[Object]) -> list[Object]:
    return sorted(items, key=lambda item: (item.key.kind != "column", item.recorded.get("position", 0)))


def _group(group: Group) -> Iterator[str]:
    if group.own is None:
        yield str(group.key)
    elif group.own.action in ("changed", "renamed") and group.below:
        yield _title(group.own)
        yield from (f"  ~ {line}" if i == 0 else f"  {line}" for i, line in _numbered(group.own))
    else:
        yield from _change(group.own, "", str)
    for change in group.below:
        yield from _change(change, "  ", _named)


def _numbered(change: Change) -> Iterator[tuple[int, str]]:
    for attribute in change.told:
        yield from enumerate(_attribute(attribute))


def _title(change: Change) -> str:
    if change.action != "renamed" or change.before is None:
        return str(change.key)
    return f"~ {change.before.key} → {change.key.path}"


def _change(change: Change, indent: str, name) -> Iterator[str]:  # type: ignore[no-untyped-def]
    sign = SIGNS[change.action]
    if change.before is None and change.after is not None:
        yield f"{indent}{sign} {name(change.key)} {summary(change.after)}".rstrip()
    elif change.after is None or change.before is None:
        yield f"{indent}{sign} {name(change.key)}"
    else:
        if change.action == "renamed":
            yield f"{indent}{sign} {name(change.before.key)} → {_new_name(change)}"
        for attribute in change.told:
            first, *others = _attribute(attribute)
            yield f"{indent}{sign} {name(change.key)}: {first}"
            yield from (f"{indent}  {other}" for other in others)


def _new_name(change: Change) -> str:
    return change.key.name if change.key.parent else change.key.path


def _named(key: Key) -> str:
    return f"{key.kind} {key.name}"


def _attribute(change: AttributeChange) -> list[str]:
    before, after = change.before, change.after
    if change.name == "values" and isinstance(before, tuple) and isinstance(after, tuple):
        return ["; ".join(enum_changes(before, after))]
    if isinstance(before or after, tuple):
        return ["; ".join(_entries(change))]
    if change.name in MULTILINE and "\n" in f"{before}{after}":
        return [change.name, *_lines(str(before or ""), str(after or ""))]
    return [f"{phrase(change.name, before)} → {phrase(change.name, after)}"]


def enum_changes(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[str]:
    """What happened to an enum: a value renamed in its place, one added where, one gone, another order."""
    if len(before) == len(after) and set(before) != set(after):
        pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        if len(pairs) == len(set(after) - set(before)):
            yield from (f"value {literal(old)} → {literal(new)}" for old, new in pairs)
            return
    yield from (f"value {literal(old)} removed" for old in before if old not in after)
    for place, new in enumerate(after):
        if new not in before:
            where = f"after {literal(after[place - 1])}" if place else "first"
            yield f"value {literal(new)} added {where}"
    if [v for v in before if v in after] != [v for v in after if v in before]:
        yield f"order {', '.join(map(literal, before))} → {', '.join(map(literal, after))}"


def _entries(change: AttributeChange) -> Iterator[str]:
    before, after = (value if isinstance(value, tuple) else () for value in (change.before, change.after))
    label = change.name.replace("_", " ")
    gone = [f"- {entry}" for entry in before if entry not in after]
    new = [f"+ {entry}" for entry in after if entry not in before]
    if gone or new:
        yield f"{label} {', '.join(gone + new)}"
    else:
        yield f"order of {label} {', '.join(before)} → {', '.join(after)}"


def _lines(before: str, after: str) -> Iterator[str]:
    for line in list(unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=0))[2:]:
        if not line.startswith("@@"):
            yield f"  {line[0]} {line[1:]}"
