"""A CHECK that is PostgreSQL's proof of what a partition may hold, so that it reads no rows for it."""

from __future__ import annotations

import re

from assay.catalog import Catalog, Key, Object
from assay.catalog.create import path_of
from assay.rules.availability._code import validate
from assay.rules.availability._work import bare_name, key_of
from assay.rules.data._words import clause, code, execute, numbered, schema_code
from assay.trace import Traced

_KEY = re.compile(r"(?P<strategy>RANGE|LIST) \((?P<column>\"(?:[^\"]|\"\")+\"|\w+)\)")
_RANGE = re.compile(r"FOR VALUES FROM \((?P<start>.+)\) TO \((?P<end>.+)\)")
_LIST = re.compile(r"FOR VALUES IN \((?P<values>.+)\)")


def attach(table: Key, traced: Traced, before: Catalog | None) -> str:
    """The way to attach a table that blocks nobody."""
    wanted = _wanted(traced, before, table)
    if wanted is None:
        return _UNTOLD.format(table=path_of(table), what="says what the bounds say")
    return _proven(table, traced, f"ck_{table.name}_bounds", wanted, "what the bounds say, as a CHECK")


def beside(default: Key, traced: Traced, before: Catalog | None) -> str:
    """The way to make (attach) a partition beside a default one."""
    wanted = _wanted(traced, before, None)
    if wanted is None:
        return _UNTOLD.format(table=path_of(default), what="rules the new bounds out")
    heading = "the default partition holds no row of the new one, as a CHECK"
    return _proven(default, traced, f"ck_{default.name}_without", f"NOT ({wanted})", heading)


_UNTOLD = (
    "In revisions before this one, give {table} a CHECK that {what} (postgresql_not_valid=True, then "
    "VALIDATE CONSTRAINT): that is PostgreSQL's proof, and it reads nothing. How it has to read is not known "
    "here; `SELECT pg_get_partition_constraintdef('…'::regclass)` says it of a partition attached elsewhere."
)


def _proven(table: Key, traced: Traced, name: str, condition: str, heading: str) -> str:
    check = (
        f"op.create_check_constraint({code(name)}, {code(table.name)}, {clause(condition)}"
        f"{schema_code(table)}, postgresql_not_valid=True)"
    )
    statement = execute(" ".join(traced.statement.sql.split()))
    drop = f'op.drop_constraint({code(name)}, {code(table.name)}, type_="check"{schema_code(table)})'
    return numbered(
        (
            (f"a revision before this one: {heading}", check),
            (
                "a second one: look at the rows, while all go on",
                validate(Key("constraint", table.schema, name, table.name)),
            ),
            ("this revision: PostgreSQL takes the CHECK for a proof", f"{statement}\n{drop}"),
        )
    )


def _wanted(traced: Traced, before: Catalog | None, table: Key | None) -> str | None:
    """The condition of the bounds that the statement gives to `table`, or to whatever table it gives some."""
    for change in traced.effect.changes:
        item = change.after
        if item is not None and item.get("bound") and table in (None, change.key):
            parent = key_of(before, bare_name(item.text("partition_of")))
            above = before.get(parent) if before is not None else None
            return None if above is None else _condition(above, item)
    return None


def _condition(parent: Object, partition: Object) -> str | None:
    """For RANGE and LIST of one plain column: of others PostgreSQL takes no other form than its own."""
    key, bound = _KEY.fullmatch(parent.text("partition_key")), partition.text("bound")
    if key is None:
        return None
    column = key["column"]
    found = _RANGE.fullmatch(bound)
    if found and key["strategy"] == "RANGE":
        parts = [f"{column} IS NOT NULL"]
        if found["start"] != "MINVALUE":
            parts.append(f"{column} >= {found['start']}")
        if found["end"] != "MAXVALUE":
            parts.append(f"{column} < {found['end']}")
        return " AND ".join(parts)
    found = _LIST.fullmatch(bound)
    if found and key["strategy"] == "LIST" and "NULL" not in found["values"]:
        return f"{column} IS NOT NULL AND {column} IN ({found['values']})"
    return None
