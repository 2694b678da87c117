"""A constraint without a name, so that PostgreSQL chose one.

## What it does

Finds foreign keys, unique, check and exclusion constraints that a statement adds without a name. Primary
keys are not told: a table has only one, and `<table>_pkey` is its name everywhere.

## Why is this bad?

Nobody wrote down what the constraint is called. `op.drop_constraint(None, …)`, which autogenerate writes
into the downgrade, raises; to drop or change it later somebody has to look its name up in a database, and
where two came to be in another order (`…_check`, `…_check1`) the databases do not agree. `alembic check`
cannot compare what has no name.

## Example

```python
op.create_foreign_key(None, "orders", "customers", ["customer_id"], ["id"])
```

## Use instead

```python
op.create_foreign_key("fk_orders_customer_id", "orders", "customers", ["customer_id"], ["id"])
```

Better still, give the metadata a naming convention, which names every constraint in models and revisions
alike: `MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s", …})`.

## References

- [Alembic: the importance of naming constraints](https://alembic.sqlalchemy.org/en/latest/naming.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Key
from assay.model import Finding, Severity
from assay.preflight import Constraint, constraint, constraint_kind, nodes
from assay.rules import rule
from assay.rules.design._names import suggested
from assay.rules.design._new import New, added, code, codes, listed, table_of
from assay.trace import Observation

severity = Severity.WARNING

_KINDS = {"unique": "uq", "foreign key": "fk", "check": "ck", "exclude": "ex"}
"""With the prefix that naming conventions give them."""


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table, with the names that PostgreSQL chose."""
    groups: dict[tuple[int, str], list[tuple[New, Constraint]]] = {}
    for new in added(observation, "constraint"):
        parts = constraint(new.item.text("definition"))
        if parts is not None and parts.kind in _KINDS and _was_unnamed(new, parts.kind):
            groups.setdefault((id(new.traced), table_of(new.item.key)), []).append((new, parts))
    for (_, table), found in groups.items():
        names = listed([new.item.key.name for new, _ in found])
        told = "A constraint" if len(found) == 1 else f"{len(found)} constraints"
        yield rule("design", "unnamed-constraint").finding(
            f"{told} of {table} {'has' if len(found) == 1 else 'have'} no name here, so PostgreSQL chose "
            f"{names}: op.drop_constraint() cannot name it later without looking it up.",
            "\n".join(_advice(new.item.key, parts) for new, parts in found),
            **observation.at(found[0][0].traced),
        )


def _was_unnamed(new: New, kind: str) -> bool:
    """Whether the statement makes a constraint of this kind without a name, and says this one's nowhere."""
    named = _said(new.traced.statement.sql)
    return (kind, "") in named and (kind, new.item.key.name) not in named


def _said(sql: str) -> set[tuple[str, str]]:
    """(kind, name) of the constraints in a statement; the name is empty where there is none."""
    found = ((constraint_kind(node), node.conname) for node in nodes(sql, "Constraint"))
    return {(kind, name) for kind, name in found if kind is not None}


def _advice(key: Key, parts: Constraint) -> str:
    name = f"name={code(suggested(_KINDS[parts.kind], key.parent, parts.columns))}"
    if parts.kind == "unique":
        return f"sa.UniqueConstraint({', '.join(map(code, parts.columns))}, {name})"
    if parts.kind == "foreign key":
        home = "" if parts.referenced_schema == "public" else f"{parts.referenced_schema}."
        targets = tuple(f"{home}{parts.referenced}.{column}" for column in parts.referenced_columns)
        return f"sa.ForeignKeyConstraint({codes(parts.columns)}, {codes(targets)}, {name})"
    if parts.kind == "check":
        rest = key.name.removeprefix(f"{key.parent}_")
        name = f"name={code(suggested('ck', key.parent, [rest]))}"
        return f"sa.CheckConstraint({code(parts.expression[1:-1])}, {name})"
    return f"Give the exclusion constraint a {name}."
