"""The recommended way to change many rows: batch by batch, each in a transaction of its own."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from assay.catalog import Catalog, Key
from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.rules.data._bounds import bounds
from assay.rules.data._parsed import kind, nodes, parsed
from assay.rules.data._words import code, execute

_KEY = re.compile(r"(?P<kind>PRIMARY KEY|UNIQUE) \((?P<columns>.+?)\)")

_BY_KEY = """\
DO $$
DECLARE
{declared}
BEGIN
    LOOP
        SELECT {keys} INTO {uptos} FROM {table}
        WHERE {done} IS NULL OR {key} > {dones} ORDER BY {keys} OFFSET 999 LIMIT 1;
{statement}
        COMMIT;
        EXIT WHEN {upto} IS NULL;
{forward}
    END LOOP;
END
$$"""

_BY_PAGE = """\
DO $$
DECLARE
    {page}s CONSTANT bigint := 100;
    {page} bigint := 0;
BEGIN
    WHILE {page} * current_setting('block_size')::int <= pg_relation_size('{table}') LOOP
{statement}
        COMMIT;
        {page} := {page} + {page}s;
    END LOOP;
END
$$"""

_VARIABLE = re.compile(r"(done|upto|pages?)(_\d+)?")
_WITHIN_KEY = "({done} IS NULL OR {key} > {dones}) AND ({upto} IS NULL OR {key} <= {uptos})"
_WITHIN_PAGE = (
    "{target}.ctid >= format('(%s,0)', {page})::tid "
    "AND {target}.ctid < format('(%s,0)', {page} + {page}s)::tid"
)
_TEMPLATE = "DELETE FROM t WHERE true AND "
_WRITES = ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")


def batched(sql: str, table: Key, catalog: Catalog | None) -> str | None:
    """The UPDATE or DELETE `sql` as a revision's body that works in batches.

    None where it is neither, and where a batch might see, or do once more, what an earlier one did: it
    reads the table that it writes, writes another one, changes the key; or the table has none.
    """
    node = parsed(sql)
    keys = key_columns(table, catalog)
    if kind(node) not in ("UpdateStmt", "DeleteStmt") or _is_entangled(node, table.name, keys):
        return None
    if keys:
        block = _by_key(sql, node, table, keys, _free_suffix(catalog))
    elif kind(node) == "DeleteStmt" and _has_pages(table, catalog):
        block = _by_page(sql, node, table, _free_suffix(catalog))
    else:
        return None
    return in_autocommit(execute(block))


def in_batches(sql: str, table: Key, catalog: Catalog | None) -> str:
    """The same; where it is not known how, a line that says so and does not run."""
    said = f"{path_of(table)} has no key that is known to go by, batch by batch: {sql}"
    return batched(sql, table, catalog) or f"raise NotImplementedError({code(said)})"


def _by_key(sql: str, node: Any, table: Key, keys: tuple[str, ...], suffix: str) -> str:
    """Up to the thousandth key from the last one on; the names of the variables are those of no column."""
    many = [f"_{n}" for n in range(1, len(keys) + 1)] if len(keys) > 1 else [""]
    done, upto = ([f"{name}{suffix}{number}" for number in many] for name in ("done", "upto"))
    columns, target = [quoted(key) for key in keys], _target(node)
    own = [f"{target}.{column}" for column in columns] if _others(node) else columns
    names = {"done": done[0], "upto": upto[0], "dones": _row(done), "table": path_of(table)}
    pairs = [*zip(done, columns, strict=True), *zip(upto, columns, strict=True)]
    return _BY_KEY.format(
        **names,
        declared="\n".join(f"    {name} {path_of(table)}.{column}%TYPE;" for name, column in pairs),
        keys=", ".join(columns),
        key=_row(columns),
        uptos=", ".join(upto),
        forward="\n".join(f"        {d} := {u};" for d, u in zip(done, upto, strict=True)),
        statement=_within(sql, _WITHIN_KEY.format(**names, key=_row(own), uptos=_row(upto))),
    )


def _by_page(sql: str, node: Any, table: Key, suffix: str) -> str:
    page = f"page{suffix}"
    statement = _within(sql, _WITHIN_PAGE.format(target=_target(node), page=page))
    return _BY_PAGE.format(table=path_of(table).replace("'", "''"), page=page, statement=statement)


def _row(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def _target(node: Any) -> str:
    """What the statement calls the table that it writes."""
    return quoted(node.relation.alias.aliasname or node.relation.relname)


def _others(node: Any) -> bool:
    """Whether the statement reads another table, whose columns may have the key's name."""
    found = [name for name in ("RangeVar", "RangeSubselect", "RangeFunction") for _ in nodes(node, name)]
    return len(found) > 1


def _is_entangled(node: Any, table: str, keys: tuple[str, ...]) -> bool:
    tables = [each.relname for each in nodes(node, "RangeVar")]
    writes = [name for name in _WRITES if any(each is not node for each in nodes(node, name))]
    sets = {target.res_target.name for target in getattr(node, "target_list", ())}
    return tables.count(table) > 1 or bool(writes) or bool(sets & set(keys))


def _has_pages(table: Key, catalog: Catalog | None) -> bool:
    item = catalog.get(table) if catalog is not None else None
    return item is not None and table.kind == "table" and item.get("partition_key") is None


def _free_suffix(catalog: Catalog | None) -> str:
    """What makes the names of variables other than those of all columns: PL/pgSQL takes neither for both."""
    columns = (key.name for key in catalog or () if key.kind == "column")
    return "_key" if any(map(_VARIABLE.fullmatch, columns)) else ""


def in_autocommit(body: str) -> str:
    """The lines within an `autocommit_block()`; SQL in triple quotes stays where it is."""
    first, *rest = body.split("\n")
    return "\n".join(["with op.get_context().autocommit_block():", f"    {first}", *rest])


def key_columns(table: Key, catalog: Catalog | None) -> tuple[str, ...]:
    """The columns of the primary key, else of a unique constraint that allows no NULL; none without one."""
    items = catalog.below(table) if catalog is not None else []
    required = {o.key.name for o in items if o.key.kind == "column" and o.get("not_null")}
    found = (_KEY.match(item.text("definition")) for item in items if item.key.kind == "constraint")
    keys = sorted((match["kind"], _columns(match["columns"])) for match in found if match)
    return next((columns for _, columns in keys if required.issuperset(columns)), ())


def _columns(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip('"') for part in text.split(","))


def is_bounded(sql: str, table: Key, catalog: Catalog | None) -> bool:
    """Whether an UPDATE or DELETE takes a part only: LIMIT, or a WHERE that bounds the key or `ctid`."""
    node = parsed(sql)
    if kind(node) not in ("UpdateStmt", "DeleteStmt"):
        return False
    if any(select.HasField("limit_count") for select in nodes(node, "SelectStmt")):
        return True
    return any(bounds(node.where_clause, key) for key in (*key_columns(table, catalog), "ctid"))


def _within(sql: str, condition: str) -> str:
    """The statement with one more condition, as a line of the block."""
    import postgast

    tree = postgast.parse(sql)
    node = getattr(tree.stmts[0].stmt, str(tree.stmts[0].stmt.WhichOneof("node")))
    template = parsed(_TEMPLATE + condition).where_clause
    if node.HasField("where_clause"):
        template.bool_expr.args[0].CopyFrom(node.where_clause)
    else:
        del template.bool_expr.args[0]
    node.where_clause.CopyFrom(template)
    text = str(postgast.format_sql(postgast.deparse(tree))).removesuffix(";") + ";"
    return textwrap.indent(text, " " * 8)
