"""What a downgrade left different from before the upgrade, and where its code stands."""

from __future__ import annotations

import ast
from typing import Any

from assay.catalog import AttributeChange, Change, Key, as_ddl
from assay.catalog.create import path_of
from assay.rules.data._words import add_column, code, execute, schema_code
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
    parts = tuple(AttributeChange(part.name, part.after, part.before) for part in change.attributes)
    return _code(as_ddl(Change(change.after, change.before, change.parent, parts)), change)


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
    """The DDL as code; a comment where it is for reading only."""
    lines = ddl.split("\n")
    if " → " in ddl or any(": " in line.partition("'")[0] for line in lines):
        return f"# {said(change)} as it was: {ddl.replace(chr(10), '; ')}"
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
    going = sorted((c for c in told if c.before is None), key=lambda c: -_depth(c))
    coming = sorted((c for c in told if c.before is not None), key=_depth)
    return "\n".join(map(undoing, (*going, *coming)))


def _depth(change: Change) -> int:
    """How much has to be there before it."""
    return next((n for n, kinds in enumerate(_LEVELS) if change.key.kind in kinds), 0)
