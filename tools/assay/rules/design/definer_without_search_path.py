"""A SECURITY DEFINER function that looks names up wherever its caller says.

## What it does

Finds functions and procedures that a revision makes or changes, that run with their owner's rights and do
not set `search_path`. One whose body is SQL-standard (`BEGIN ATOMIC`, `RETURN`) is bound when it is made
and is not told.

## Why is this bad?

The caller's `search_path` decides what the function's names mean. Who may create a table, function or
operator in any schema, a temporary one included, can put his own in front of the one that was meant, and
have it run with the owner's rights: often a superuser's, or that of the role that owns the schema.

## Example

```python
op.execute(
    "CREATE FUNCTION close_account(account bigint) RETURNS void LANGUAGE sql SECURITY DEFINER"
    " AS 'UPDATE accounts SET closed = true WHERE id = account'"
)
```

## Use instead

```python
op.execute(
    "CREATE FUNCTION close_account(account bigint) RETURNS void LANGUAGE sql SECURITY DEFINER"
    " SET search_path = public, pg_temp"
    " AS 'UPDATE accounts SET closed = true WHERE id = account'"
)
```

## References

- [PostgreSQL: writing SECURITY DEFINER functions safely](https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Key, Object
from assay.model import Finding, Severity
from assay.preflight import nodes
from assay.rules import rule
from assay.rules.design._new import code
from assay.trace import Observation, Traced

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """Every function that the revision leaves so, at the statement that wrote it last."""
    after = observation.trip.upgrade.after
    if after is None or not observation.revision.new:
        return
    written: dict[Key, Traced] = {}
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            if change.key.kind in ("function", "procedure") and not change.implied:
                written[change.key] = traced
    for key, traced in written.items():
        item = after.get(key)
        if item is not None and _is_open(item):
            path = f"{key.schema}.{key.name}"
            alter = f"ALTER {key.kind.upper()} {path} SET search_path = {key.schema}, pg_temp"
            yield rule("design", "definer-without-search-path").finding(
                f"The {key.kind} {key.path} runs with its owner's rights (SECURITY DEFINER) and takes its "
                "search_path from whoever calls it, who decides so what its names mean.",
                f"Fix the path where the function is made, or right behind it:\nop.execute({code(alter)})",
                **observation.at(traced),
            )


def _is_open(item: Object) -> bool:
    definition = item.text("definition")
    if "SECURITY DEFINER" not in definition:
        return False
    for node in nodes(definition, "CreateFunctionStmt"):
        options = [option.def_elem for option in node.options]
        definer = any(o.defname == "security" and o.arg.boolean.boolval for o in options)
        fixed = any(o.defname == "set" and o.arg.variable_set_stmt.name == "search_path" for o in options)
        return definer and not fixed and not node.HasField("sql_body")
    return False
