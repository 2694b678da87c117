"""A statement as PostgreSQL's own parser reads it: for what neither locks nor catalogs can tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assay.preflight.grammar import enum_name

_WITHIN = """\
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $within$
DECLARE
    new record; old record; tg_name text; tg_when text; tg_level text; tg_op text; tg_relid oid;
    tg_relname text; tg_table_name text; tg_table_schema text; tg_nargs int; tg_argv text[];
BEGIN
{body};
END
$within$"""
"""A function that knows the variables of a trigger's."""


def parsed(sql: str) -> Any:
    """The statement's node (`UpdateStmt`, `DropStmt` …); None where it cannot be parsed or is not one."""
    import postgast

    try:
        statements = postgast.parse(sql).stmts
    except postgast.PgQueryError:
        return None
    if len(statements) != 1:
        return None
    node = statements[0].stmt
    return getattr(node, node.WhichOneof("node"))


def kind(node: Any) -> str:
    """The node's class: `UpdateStmt`; empty for None."""
    return "" if node is None else str(node.DESCRIPTOR.name)


def nodes(tree: Any, name: str) -> Iterator[Any]:
    """Every node of the class `name` in a tree, the tree itself included."""
    import postgast

    return (node for _, node in postgast.walk(tree) if node.DESCRIPTOR.name == name)


def strings(node: Any) -> tuple[str, ...]:
    """The parts of a name (`billing`, `invoices`), of a node that is a list, a type or a function's name."""
    return tuple(each.sval for each in nodes(node, "String"))


def plpgsql(sql: str) -> Any:
    """The PL/pgSQL of a DO block or of CREATE FUNCTION, as libpg_query's JSON; None where there is none.

    libpg_query writes broken JSON for a trigger function's variables: its body is read within a function
    that declares them.
    """
    import postgast

    sql = sql.replace("%%", "%")  # as drivers have it that double percent signs
    node = parsed(sql)
    if kind(node) == "CreateFunctionStmt":
        texts = {each.defname: strings(each.arg) for each in nodes(node, "DefElem")}
        if texts.get("language") != ("plpgsql",) or not texts.get("as"):
            return None
        sql = _WITHIN.format(body=texts["as"][0].strip().removesuffix(";"))
    try:
        return postgast.parse_plpgsql(sql)
    except (postgast.PgQueryError, ValueError):
        return None


def commits(sql: str) -> bool:
    """Whether a DO block ends transactions of its own: work done batch by batch."""
    return any(name == "PLpgSQL_stmt_commit" for name, _ in walk(plpgsql(sql)))


def set_columns(sql: str) -> set[str]:
    """The columns that an UPDATE sets, or those in a DO block; empty where that cannot be read."""
    queries = [value["query"] for name, value in walk(plpgsql(sql)) if name == "PLpgSQL_expr"]
    updates = [node for node in map(parsed, (sql, *queries)) if kind(node) == "UpdateStmt"]
    return {target.res_target.name for node in updates for target in node.target_list}


def walk(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every name and value in a tree of dictionaries and lists."""
    for name, value in tree.items() if isinstance(tree, dict) else ():
        yield name, value
        yield from walk(value)
    for value in tree if isinstance(tree, list) else ():
        yield from walk(value)


def conjuncts(tree: Any) -> Iterator[Any]:
    """What has to be true for a condition to be, each for itself."""
    node = inner(tree)
    if kind(node) == "BoolExpr" and enum_name("BoolExprType", node.boolop) == "AND_EXPR":
        for each in node.args:
            yield from conjuncts(each)
    elif node is not None:
        yield node


def inner(node: Any) -> Any:
    """The node that a `Node` holds."""
    if kind(node) != "Node":
        return node
    name = node.WhichOneof("node")
    return getattr(node, name) if name else None
