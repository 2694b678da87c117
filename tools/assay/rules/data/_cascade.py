"""What CASCADE removed beside what the statement names."""

from __future__ import annotations

from typing import Any

from assay.catalog import Change, Key
from assay.rules.data._parsed import kind, nodes, parsed, strings
from assay.trace import Traced

_OWN = ("constraint", "index", "statistics", "sequence")
"""What goes with a column of its table without CASCADE, too."""


def taken(traced: Traced) -> tuple[Change, ...]:
    """What a statement with CASCADE removed, and what lost its default by it, unnamed.

    Empty where the text cannot be parsed (a DO block): then each removed object counts as meant.
    """
    node = parsed(traced.statement.sql) if "CASCADE" in traced.statement.sql.upper() else None
    if not _cascades(node):
        return ()
    named = _named(node)
    changes = [change for change in traced.effect.changes if not change.implied]
    return tuple(
        c for c in changes if _counts(c) and not _is_named(c, named) and not _follows(c, changes, named)
    )


def _cascades(node: Any) -> bool:
    if kind(node) == "DropStmt":
        return _behavior(node) == "DROP_CASCADE"
    if kind(node) == "AlterTableStmt":
        return any(_behavior(command) == "DROP_CASCADE" for command in nodes(node, "AlterTableCmd"))
    return False


def _behavior(node: Any) -> str:
    return str(node.DESCRIPTOR.fields_by_name["behavior"].enum_type.values_by_number[node.behavior].name)


def _named(node: Any) -> frozenset[tuple[str, ...]]:
    """The last parts of each name: ("customers",), ("customers", "email") of a column or constraint."""
    if kind(node) == "DropStmt":
        return frozenset(_name(each)[-1:] for each in node.objects)
    table = next(iter(nodes(node, "RangeVar"))).relname
    return frozenset((table, cmd.name) for cmd in nodes(node, "AlterTableCmd"))


def _name(node: Any) -> tuple[str, ...]:
    """A function's without the types of its arguments."""
    function = next(nodes(node, "ObjectWithArgs"), None)
    return strings(node) if function is None else tuple(each.string.sval for each in function.objname)


def _counts(change: Change) -> bool:
    lost_default = any(a.name == "default" and a.after is None for a in change.attributes)
    return change.after is None or lost_default


def _is_named(change: Change, named: frozenset[tuple[str, ...]]) -> bool:
    key = change.key
    name = key.name.partition("(")[0]
    if key.kind == "schema" or (name,) in named:
        return True
    return (key.parent, name) in named or _inside(key, named)


def _inside(key: Key, named: frozenset[tuple[str, ...]]) -> bool:
    """Whether it went with its schema, which was named: its content is what the statement is about."""
    return (key.schema,) in named


def _follows(change: Change, changes: list[Change], named: frozenset[tuple[str, ...]]) -> bool:
    """Whether it would have gone without CASCADE, too: a dropped column's index, a table's sequence."""
    key = change.key
    if change.after is not None or key.kind not in _OWN:
        return False
    if key.kind == "sequence":
        owner = change.before.text("owned_by") if change.before is not None else ""
        return bool(owner) and any(_is_named(c, named) and c.key.name in owner for c in changes)
    dropped = {c.key.parent for c in changes if c.key.kind == "column" and _is_named(c, named)}
    return key.parent in dropped
