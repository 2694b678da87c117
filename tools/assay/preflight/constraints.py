"""Checks, keys and exclusions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from assay.catalog import Key, Object
from assay.preflight.asker import Asked, Asker, shown
from assay.preflight.definition import Constraint, constraint
from assay.preflight.model import Unasked
from assay.preflight.uniques import duplicates
from assay.preflight.values import about_domain_check


def about_constraint(asker: Asker, after: Object) -> Iterator[Asked]:
    """What rows may refuse of a constraint that is added, or validated."""
    parts = constraint(after.text("definition"))
    if parts is None:
        return
    if parts.kind == "check":
        yield from _check(asker, after, parts)
    elif parts.kind == "foreign key":
        yield from orphans(asker, after, parts)
    elif _is_built(asker, after):
        if parts.kind == "exclude":
            yield from _conflicts(asker, after, parts)
        else:
            yield from duplicates(asker, after, parts.columns, nulls=parts.nulls_not_distinct)


def _is_built(asker: Asker, item: Object) -> bool:
    """Whether the statement built the index behind a key: one that takes an index over proves nothing."""
    return any(r.name.rpartition(".")[2] == item.key.name for r in asker.traced.effect.index_builds)


def _check(asker: Asker, after: Object, parts: Constraint) -> Iterator[Asked]:
    schema, table = after.key.schema, after.key.parent
    if asker.state.objects.get(Key("domain", schema, table)) is not None:
        yield from about_domain_check(asker, after, parts)
        return
    title = f"{shown(after.key)} has rows that break {after.key.name}"
    asked = asker.rows(title, schema, table, f"NOT {parts.expression}")
    yield from [asked] if asked is not None else []


def _conflicts(asker: Asker, after: Object, parts: Constraint) -> Iterator[Asked]:
    title = f"{shown(after.key)} has rows that {after.key.name} excludes"
    if not parts.columns:
        yield asker.unasked(title, "it compares expressions")
        return
    there = asker.named(title, after.key.schema, after.key.parent, parts.columns)
    if there is None or isinstance(there, Unasked):
        yield from [there] if there is not None else []
        return
    home, names = there
    compared = [f"a.{n} {operator} b.{n}" for n, operator in zip(names, parts.operators, strict=True)]
    source = home if not parts.where else f"(SELECT ctid, * FROM {home} WHERE {parts.where})"  # noqa: S608
    on = " AND ".join(["a.ctid < b.ctid", *compared])
    yield asker.counted(title, f"FROM {source} AS a JOIN {source} AS b ON {on}", cheap=False)


def orphans(asker: Asker, after: Object, parts: Constraint) -> Iterator[Asked]:
    """Rows that point at nothing."""
    target = Key("table", parts.referenced_schema, parts.referenced)
    title = f"{shown(after.key)} has rows whose {', '.join(parts.columns)} is not in {target.path}"
    ends = _ends(asker, title, after, parts, target)
    if not isinstance(ends, _Ends):
        yield from [ends] if ends is not None else []
        return
    names = ends.names
    orphan = " AND ".join([*(f"c.{n} IS NOT NULL" for n in names), f"NOT {ends.found}"])
    if parts.match_full and len(names) > 1:
        given = f"num_nonnulls({', '.join(f'c.{n}' for n in names)})"
        orphan = f"({orphan}) OR {given} BETWEEN 1 AND {len(names) - 1}"
    yield asker.counted(title, f"FROM {ends.home} AS c WHERE {orphan}", cheap=False)


def references(asker: Asker, item: Object, parts: Constraint, target: Key) -> Iterator[Asked]:
    """Rows of the table of a foreign key that point at rows of `target`."""
    title = f"{shown(item.key)} has rows whose {', '.join(parts.columns)} refers to {target.path}"
    ends = _ends(asker, title, item, parts, target)
    if isinstance(ends, _Ends):
        yield asker.counted(title, f"FROM {ends.home} AS c WHERE {ends.found}", cheap=False)
    elif ends is not None:
        yield ends


class _Ends(NamedTuple):
    """The table of a foreign key, its columns, and the condition that `c` of it points at a row."""

    home: str
    names: tuple[str, ...]
    found: str


def _ends(asker: Asker, title: str, item: Object, parts: Constraint, target: Key) -> _Ends | Unasked | None:
    child = asker.named(title, item.key.schema, item.key.parent, parts.columns)
    parent = asker.named(title, target.schema, target.name, parts.referenced_columns)
    if child is None or isinstance(child, Unasked):
        return child
    if parent is None or isinstance(parent, Unasked):
        return parent or asker.unasked(title, f"{target.path} is made by the new revisions")
    (home, names), (other, keys) = child, parent
    matched = " AND ".join(f"p.{k} = c.{n}" for k, n in zip(keys, names, strict=True))
    return _Ends(home, names, f"EXISTS (SELECT 1 FROM {other} AS p WHERE {matched})")  # noqa: S608
