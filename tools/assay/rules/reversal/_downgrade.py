"""What a downgrade left different from before the upgrade, and where its code stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from assay.catalog import AttributeChange, Change, Key, Object, as_ddl
from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.rules.data._words import add_column, clause, code, execute, said_type, schema_code, type_code
from assay.trace import Observation

_LEVELS = (
    ("extension", "schema", "type", "domain", "sequence"),
    ("table", "foreign table"),
    ("column",),
    ("index",),
    ("constraint", "statistics", "policy"),
    ("function", "procedure", "aggregate"),
    ("trigger", "view"),
    ("materialized view", "rule"),
)
"""Kinds, each level of which may need those before it."""


def place(observation: Observation) -> dict[str, Any]:
    """Where `downgrade()` is defined: arguments of `Rule.finding`."""
    where = observation.top()
    try:
        body = ast.parse(observation.revision.source).body
    except (SyntaxError, ValueError):
        return where
    lines = [n.lineno for n in body if isinstance(n, ast.FunctionDef) and n.name == "downgrade"]
    return {**where, "line": lines[-1]} if lines else where


def ran(observation: Observation) -> bool:
    """Whether the downgrade ran to its end, so that what it left can be judged."""
    down = observation.trip.downgrade
    return down is not None and down.after is not None


def emits(observation: Observation) -> bool:
    """Whether the downgrade did anything that PostgreSQL could see."""
    down = observation.trip.downgrade
    return down is not None and any(
        traced.effect.changes or traced.effect.written or traced.effect.truncated for traced in down.traced
    )


def different(observation: Observation) -> list[Change]:
    """What is not as before the upgrade and could be: see `_is_harmless`."""
    found = observation.trip.left_behind or ()
    return [change for change in found if not change.implied and not _is_harmless(change)]


def _is_harmless(change: Change) -> bool:
    """What PostgreSQL cannot take back, or what need not be: added enum values, validation."""
    if change.action != "changed":
        return False
    for part in change.attributes:
        if part.name == "values":
            before, after = part.before or (), part.after or ()
            if not isinstance(before, tuple) or not isinstance(after, tuple) or not set(before) <= set(after):
                return False
        elif (
            part.name not in ("not_valid", "not_null_not_valid", "invalid", "not_ready")
            or part.after is not None
        ):
            return False
    return True


def undoing(change: Change) -> str:
    """The line that takes back what the upgrade did to one object, as a downgrade has it."""
    if change.before is None:
        return _dropping(change)
    if change.after is None:
        return _making(change)
    known = _known(change)
    rest = [part for part in change.attributes if not known or part.name not in _KNOWN]
    parts = tuple(AttributeChange(part.name, part.after, part.before) for part in rest)
    if known and not parts and change.action != "renamed":
        return "\n".join(known)
    left = _code(as_ddl(Change(change.after, change.before, change.parent, parts)), change)
    return "\n".join([*known, left])


_KNOWN = ("clustered", "type", "default")
"""Attributes that need other words than a diff has for them."""


def _known(change: Change) -> list[str]:
    """What takes those attributes back."""
    parts = {part.name: part for part in change.attributes}
    table, before = change.parent, change.before
    assert before is not None
    if "clustered" in parts and table is not None:
        end = (
            "SET WITHOUT CLUSTER" if not before.get("clustered") else f"CLUSTER ON {quoted(before.key.name)}"
        )
        return [execute(f"ALTER TABLE {path_of(table)} {end}")]
    if change.key.kind == "column" and table is not None and parts.keys() & {"type", "default"}:
        return list(_column_back(change, table, retyped="type" in parts))
    return []


def _column_back(change: Change, table: Key, *, retyped: bool) -> Iterator[str]:
    """Its type, by an explicit cast, and its default, which no type change may meet."""
    before, after = change.before, change.after
    assert before is not None
    assert after is not None
    name, kind, default = after.key.name, before.text("type"), before.text("default")
    start = f"op.alter_column({code(table.name)}, {code(name)}, "
    end = f"{schema_code(table)})"
    if after.get("default") is not None and (retyped or not default):
        yield f"{start}server_default=None{end}"
    if retyped:
        using = f"postgresql_using={code(f'{quoted(name)}::{said_type(kind)}')}"
        new = type_code(kind)
        sql = f"ALTER TABLE {path_of(table)} ALTER COLUMN {quoted(name)} TYPE {said_type(kind)} USING "
        yield (
            f"{start}type_={new}, {using}{end}" if new else execute(f"{sql}{quoted(name)}::{said_type(kind)}")
        )
    if default:
        yield f"{start}server_default=sa.text({clause(default)}){end}"


def _dropping(change: Change) -> str:
    key, table = change.key, change.parent
    if key.kind == "table":
        return f"op.drop_table({code(key.name)}{schema_code(key)})"
    if table is not None and table.kind == "table" and key.kind in ("column", "constraint"):
        return f"op.drop_{key.kind}({_names(key, table)})"
    if table is not None and key.kind == "index":
        return f"op.drop_index({code(key.name)}, {code(table.name)}{schema_code(table)})"
    return execute(as_ddl(Change(change.after, None, table)))


def _names(key: Key, table: Key) -> str:
    names = (table.name, key.name) if key.kind == "column" else (key.name, table.name)
    return ", ".join(map(code, names)) + schema_code(table)


def _making(change: Change) -> str:
    item, table = change.before, change.parent
    assert item is not None
    if item.key.kind == "table":
        return f"op.create_table({code(item.key.name)}, ...)  # as the revision that made it has it"
    if item.key.kind == "column" and table is not None:
        return add_column(item, table)
    return _code(as_ddl(Change(None, item, table)), change)


def _code(ddl: str, change: Change) -> str:
    """The DDL as code; where it is for reading only, a line that says so and lets nothing pass."""
    lines = ddl.split("\n")
    if " → " in ddl or any(": " in line.partition("'")[0] for line in lines):
        return f"{_UNKNOWN}{code(f'{said(change)} as it was: ' + ddl.replace(chr(10), '; '))})"
    whole = len(lines) == 1 or not all(
        line.startswith(("ALTER", "COMMENT", "GRANT", "REVOKE")) for line in lines
    )
    return "\n".join(map(execute, [ddl] if whole else lines)).replace("public.", "")


def said(change: Change) -> str:
    """`index ix_orders_note`, `type status`."""
    key = change.key
    where = f" of {path_of(change.parent)}" if change.parent is not None and key.kind in ("index",) else ""
    return f"{key.kind} {key.path}{where}"


def undone(changes: list[Change]) -> str:
    """The lines for all: what is to go, from the top down, then what is to come, from the bottom up."""
    told = [
        c for c in changes if not (c.key.kind == "column" and c.parent and c.parent.kind.endswith("view"))
    ]
    going = [c for c in told if c.before is None]
    tables = {c.key for c in going if c.key.kind == "table"}
    going = [c for c in going if not _goes_along(c, tables)]
    going.sort(key=lambda c: (-_depth(c), -_number(c.after)))
    coming = sorted((c for c in told if c.before is not None), key=lambda c: (_depth(c), _number(c.before)))
    lines = list(map(undoing, (*going, *coming)))
    return "\n".join(sorted(lines, key=lambda line: line.startswith(_UNKNOWN)))


def _goes_along(change: Change, tables: set[Key]) -> bool:
    """Whether it goes with its table; a trigger goes first, as its function may go before the table."""
    if change.parent in tables:
        return change.key.kind != "trigger"
    owner = change.after.text("owned_by").replace('"', "") if change.after is not None else ""
    return any(owner.startswith(f"{key.schema}.{key.name}.") for key in tables if owner)


_UNKNOWN = "raise NotImplementedError("


def _number(item: Object | None) -> int:
    """Higher for what was made later, and so may need the others."""
    return item.id[1] if item is not None and item.id is not None else 0


def _depth(change: Change) -> int:
    """How much has to be there before it."""
    return next((n for n, kinds in enumerate(_LEVELS) if change.key.kind in kinds), 0)
