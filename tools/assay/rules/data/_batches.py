"""The recommended way to change many rows: batch by batch, each in a transaction of its own."""

from __future__ import annotations

import re
import textwrap

from assay.catalog import Catalog, Key
from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.rules.data._bounds import bounds
from assay.rules.data._parsed import kind, nodes, parsed
from assay.rules.data._words import execute

_KEY = re.compile(r"PRIMARY KEY \((?P<columns>.+?)\)")

_BY_KEY = """\
DO $$
DECLARE
    done {table}.{key}%TYPE;
    upto {table}.{key}%TYPE;
BEGIN
    LOOP
        SELECT {key} INTO upto FROM {table}
        WHERE done IS NULL OR {key} > done ORDER BY {key} OFFSET 999 LIMIT 1;
{statement}
        COMMIT;
        EXIT WHEN upto IS NULL;
        done := upto;
    END LOOP;
END
$$"""

_BY_PAGE = """\
DO $$
DECLARE
    pages CONSTANT bigint := 100;
    page bigint := 0;
BEGIN
    WHILE page * current_setting('block_size')::int <= pg_relation_size('{table}') LOOP
{statement}
        COMMIT;
        page := page + pages;
    END LOOP;
END
$$"""

_WITHIN_KEY = "(done IS NULL OR {key} > done) AND (upto IS NULL OR {key} <= upto)"
_TEMPLATE = "DELETE FROM t WHERE true AND "
_WITHIN_PAGE = "ctid >= format('(%s,0)', page)::tid AND ctid < format('(%s,0)', page + pages)::tid"


def batched(sql: str, table: Key, catalog: Catalog | None) -> str | None:
    """The UPDATE or DELETE `sql` as a revision's body that works in batches; None where it is neither."""
    keys = key_columns(table, catalog)
    by_key = len(keys) == 1
    within = (_WITHIN_KEY if by_key else _WITHIN_PAGE).format(key=quoted(keys[0]) if by_key else "")
    statement = _within(sql, within)
    if statement is None:
        return None
    names = {"table": path_of(table), "key": quoted(keys[0]) if by_key else ""}
    block = (_BY_KEY if by_key else _BY_PAGE).format(statement=textwrap.indent(statement, " " * 8), **names)
    return in_autocommit(execute(block))


def in_autocommit(body: str) -> str:
    """The lines within an `autocommit_block()`; SQL in triple quotes stays where it is."""
    first, *rest = body.split("\n")
    return "\n".join(["with op.get_context().autocommit_block():", f"    {first}", *rest])


def key_columns(table: Key, catalog: Catalog | None) -> tuple[str, ...]:
    """The columns of the primary key; none where there is none."""
    for item in catalog.below(table) if catalog is not None else ():
        found = _KEY.match(item.text("definition")) if item.key.kind == "constraint" else None
        if found:
            return tuple(part.strip().strip('"') for part in found["columns"].split(","))
    return ()


def is_bounded(sql: str, table: Key, catalog: Catalog | None) -> bool:
    """Whether an UPDATE or DELETE takes a part only: LIMIT, or a WHERE that bounds the key or `ctid`."""
    node = parsed(sql)
    if kind(node) not in ("UpdateStmt", "DeleteStmt"):
        return False
    if any(select.HasField("limit_count") for select in nodes(node, "SelectStmt")):
        return True
    return any(bounds(node.where_clause, key) for key in (*key_columns(table, catalog), "ctid"))


def _within(sql: str, condition: str) -> str | None:
    import postgast

    tree = postgast.parse(sql) if kind(parsed(sql)) in ("UpdateStmt", "DeleteStmt") else None
    if tree is None:
        return None
    node = getattr(tree.stmts[0].stmt, str(tree.stmts[0].stmt.WhichOneof("node")))
    template = parsed(_TEMPLATE + condition).where_clause
    if node.HasField("where_clause"):
        template.bool_expr.args[0].CopyFrom(node.where_clause)
    else:
        del template.bool_expr.args[0]
    node.where_clause.CopyFrom(template)
    return str(postgast.format_sql(postgast.deparse(tree))).removesuffix(";") + ";"
