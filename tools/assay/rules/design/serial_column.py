"""A new serial column, where an identity column would do.

## What it does

Finds new columns whose default is the next value of a sequence that belongs to them: `SERIAL` and
`BIGSERIAL`, which SQLAlchemy emits for every integer primary key that says nothing else.

## Why is this bad?

`serial` is a default and a sequence that only look like one thing. The sequence has privileges of its own
(INSERT fails for a role that may write the table but not use the sequence), a statement may put any number
into the column, and the sequence then runs into it. `CREATE TABLE … LIKE … INCLUDING DEFAULTS` shares one
sequence between two tables. An identity column is the standard's, belongs to its table, and with ALWAYS
refuses numbers of your own.

## Example

```python
sa.Column("id", sa.BigInteger(), primary_key=True)
```

## Use instead

```python
sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True)
```

## References

- [PostgreSQL: identity columns](https://www.postgresql.org/docs/current/ddl-identity-columns.html)
- [PostgreSQL wiki: do not use serial](https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_serial)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Catalog, Object
from assay.model import Finding, Severity
from assay.rules.design._new import column_findings
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each statement and table."""
    after = observation.trip.upgrade.after
    owned = _owned(after) if after is not None else {}
    return column_findings(
        observation,
        "serial-column",
        lambda column: _is_serial(column, owned),
        lambda names: (
            f"{names}: serial is a default over a sequence with privileges of its own; an identity "
            "column is one thing."
        ),
        # An integer is too small for a key as well, which `integer-primary-key` tells.
        "sa.BigInteger(), sa.Identity()",
    )


def _owned(after: Catalog) -> dict[str, str]:
    """The column that each sequence belongs to, by what `nextval` would call it."""
    return {f"{item.key.schema}.{item.key.name}": item.text("owned_by") for item in after.of_kind("sequence")}


def _is_serial(column: Object, owned: dict[str, str]) -> bool:
    default, key = column.text("default").replace('"', ""), column.key
    if not default.startswith("nextval("):
        return False
    sequence = default.partition("'")[2].partition("'")[0]
    owner = owned.get(sequence, owned.get(f"public.{sequence}", "")).replace('"', "")
    return owner.endswith(f"{key.parent}.{key.name}")
