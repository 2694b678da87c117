"""Where the values come from that a statement writes: from what a revision made, or from what was there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assay.catalog import Catalog, Key
from assay.rules.data._parsed import kind, nodes, parsed, strings

_RELATIONS = ("table", "foreign table", "view", "materialized view")


def only_new(sql: str, table: Key, column: str, before: Catalog) -> bool:
    """Whether all that a statement gives `column` comes from constants, and from columns and tables that
    `before` has not; False where its text does not tell."""
    node = parsed(sql)
    if kind(node) == "UpdateStmt":
        targets = (target.res_target for target in node.target_list)
        values = [target.val for target in targets if target.name == column]
        return bool(values) and not any(_is_old(ref, node, table, column, before) for ref in _refs(values))
    if kind(node) == "InsertStmt":
        return not any(_keys(each, before) for each in nodes(node.select_stmt, "RangeVar"))
    return False


def _refs(values: list[Any]) -> Iterator[tuple[str, ...]]:
    for value in values:
        yield from (strings(ref) for ref in nodes(value, "ColumnRef"))


def _is_old(ref: tuple[str, ...], node: Any, table: Key, column: str, before: Catalog) -> bool:
    """Whether some table of the statement that was there has that column, other than the one to be filled."""
    tables = list(nodes(node, "RangeVar"))
    named = [each for each in tables if len(ref) > 1 and ref[-2] in (each.relname, each.alias.aliasname)]
    homes = (key for each in named or tables for key in _keys(each, before))
    if not ref:  # a star
        return any(homes)
    columns = (Key("column", home.schema, ref[-1], home.name) for home in homes)
    own = Key("column", table.schema, column, table.name)
    return any(each in before and each != own for each in columns)


def _keys(relation: Any, before: Catalog) -> list[Key]:
    """The table, by its name, if it was there."""
    schema = relation.schemaname or "public"
    keys = (Key(each, schema, relation.relname) for each in _RELATIONS)
    return [key for key in keys if key in before]
