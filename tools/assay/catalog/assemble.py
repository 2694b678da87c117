"""Makes objects of the rows that the queries give."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeAlias

from assay.catalog.model import Key, Object, Value
from assay.catalog.view_text import normalised
from assay.redact import redact

Id: TypeAlias = tuple[int, int, int]
Rows: TypeAlias = Sequence[Sequence[Any]]

_TAIL = re.compile(r"( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT ENFORCED)?( NOT VALID)?\Z")

BELOW_RELATIONS = ("column", "constraint", "index", "trigger", "rule", "policy", "statistics", "identity")


def assemble(
    objects: Rows,
    comments: Rows,
    privileges: Rows,
    members: Rows,
    ignored_tables: Collection[str],
    ignored_schemas: Collection[str],
) -> Iterator[Object]:
    """Every object with its comment and privileges; without what belongs to an extension or to the tools."""
    notes = {(row[0], row[1], row[2]): row[3] for row in comments}
    granted = _granted(privileges)
    wanted = _wanted(objects, {(row[0], row[1]) for row in members}, ignored_tables, ignored_schemas)
    identities = {(r[1], r[3], r[2]): r[7] for r in wanted if r[0] == "identity"}
    positions = _positions(wanted)
    for kind, schema, name, parent, catalog, oid, sub, given, recorded in wanted:
        if kind == "identity":
            continue
        key, place = Key(kind, schema, name, parent), (catalog, oid, sub)
        attributes = _present(given)
        if "foreign_options" in attributes:
            attributes["foreign_options"] = _without_secrets(attributes["foreign_options"])
        if kind == "column":
            identity = identities.get((schema, parent, name), {})
            attributes |= {f"identity_{attribute}": value for attribute, value in _present(identity).items()}
            recorded = {"position": positions[place]}
        elif kind == "constraint":
            attributes |= _stripped(str(attributes["definition"]))
        elif kind.endswith("view"):
            attributes["definition"] = normalised(str(attributes["definition"]))
        if place in notes and kind != "extension":
            attributes["comment"] = notes[place]
        yield Object(key, {**attributes, **granted.get(place, {})}, _present(recorded), place)


def _wanted(
    objects: Rows,
    members: set[tuple[int, int]],
    ignored_tables: Collection[str],
    ignored_schemas: Collection[str],
) -> Rows:
    hidden = {
        (row[1], row[2])
        for row in objects
        if not row[3] and ((row[4], row[5]) in members or _ignored(row, ignored_tables))
    }
    return [
        row
        for row in objects
        if row[1] not in ignored_schemas
        and not (row[0] == "schema" and row[2] in ignored_schemas)
        and (row[4], row[5]) not in members
        and not (_ignored(row, ignored_tables))
        and not (row[0] in BELOW_RELATIONS and (row[1], row[3]) in hidden)
    ]


def _ignored(row: Sequence[Any], tables: Collection[str]) -> bool:
    return row[0] == "table" and (row[2] in tables or f"{row[1]}.{row[2]}" in tables)


def _positions(rows: Rows) -> dict[Id, int]:
    """The place of each column among those that are left, from 1."""
    found = defaultdict(list)
    for row in rows:
        if row[0] == "column":
            found[row[4], row[5]].append(row[6])
    return {(*table, n): i for table, numbers in found.items() for i, n in enumerate(sorted(numbers), 1)}


def _granted(rows: Rows) -> dict[Id, dict[str, Value]]:
    """`grants` beyond PostgreSQL's default, and what of that default was `revoked`."""
    sides: dict[Id, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for catalog, oid, sub, basis, grantee, privileges, option in rows:
        suffix = " with grant option" if option else ""
        sides[catalog, oid, sub][basis].update(f"{name} to {grantee}{suffix}" for name in privileges)
    result: dict[Id, dict[str, Value]] = {}
    for place, (held, basis) in sides.items():
        revoked = tuple(sorted(entry.replace(" to ", " from ", 1) for entry in basis - held))
        differing = {"grants": tuple(sorted(held - basis)), "revoked": revoked}
        result[place] = {name: entries for name, entries in differing.items() if entries}
    return result


def _stripped(definition: str) -> dict[str, Value]:
    """The definition without what stands behind it, which is told by attributes of its own."""
    tail = _TAIL.search(definition)
    assert tail is not None
    marks = {"not_enforced": " NOT ENFORCED", "not_valid": " NOT VALID"}
    found: dict[str, Value] = {name: True for name, text in marks.items() if text in tail[0]}
    return {"definition": definition[: tail.start()], **found}


def _without_secrets(options: Value) -> Value:
    assert isinstance(options, tuple)
    return tuple(redact(option) for option in options)


def _present(given: dict[str, Any]) -> dict[str, Value]:
    """The attributes that are there; the order of options is nobody's choice."""
    return {
        name: value
        if not isinstance(value, list)
        else tuple(sorted(value) if name.endswith("options") else value)
        for name, value in given.items()
        if value is not None
    }
