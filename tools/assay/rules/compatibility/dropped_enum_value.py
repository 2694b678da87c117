"""An enum that existed before loses a value.

## What it does

Compares the values of each existing enum type before and after the revision, whatever way it took: a new type
in the place of the old one, or a change of `pg_enum` by hand. A value that is renamed is told by
`renamed-enum-value`. Adding values is nothing to report.

## Why is this bad?

The running release still writes and compares with the value, and fails where it does (22P02,
invalid_text_representation). Rows that had it were given another one by the USING clause, or stopped the
statement; a downgrade does not know which rows those were.

## Example

```python
def upgrade() -> None:
    op.execute("ALTER TYPE customer_status RENAME TO customer_status_old")
    op.execute("CREATE TYPE customer_status AS ENUM ('new', 'active')")
    op.execute(
        "ALTER TABLE customers ALTER COLUMN status DROP DEFAULT,"
        " ALTER COLUMN status TYPE customer_status USING status::text::customer_status"
    )
    op.execute("DROP TYPE customer_status_old")
```

## Use instead

Leave the value in the type, which costs nothing, and forbid its use where it is used:

```python
def upgrade() -> None:
    op.create_check_constraint(
        "ck_customers_status_in_use", "customers", "status <> 'closed'", postgresql_not_valid=True
    )
```

## References

- [PostgreSQL: enumerated types](https://www.postgresql.org/docs/current/datatype-enum.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog.describe import literal
from assay.catalog.wording import quoted
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.compatibility._enums import ChangedEnum, changed_enums
from assay.rules.data._words import code, listed
from assay.trace import Observation

severity = Severity.ERROR


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each type."""
    for enum in changed_enums(observation):
        if enum.renamed and len(enum.before) == len(enum.after):
            continue
        used = f" (the type of {listed(enum.columns)})" if enum.columns else ""
        yield rule("compatibility", "dropped-enum-value").finding(
            f"The enum {enum.key.path}{used} loses {listed(map(literal, enum.gone))}: the running release "
            "fails "
            "where it writes or compares with it (22P02), and rows that had it have something else now.",
            _advice(enum),
            **observation.at(enum.traced),
        )


def _advice(enum: ChangedEnum) -> str:
    lines = []
    for path in enum.columns:
        *schema, table, column = path.split(".")
        values = ", ".join(map(literal, enum.gone))
        where = f", schema={code(schema[0])}" if schema else ""
        name = f"ck_{table}_{column}_in_use"
        lines.append(
            f"op.create_check_constraint(\n    {code(name)}, {code(table)}, "
            f"{code(f'{quoted(column)} NOT IN ({values})')}, postgresql_not_valid=True{where}\n)"
        )
    checks = "\n".join(lines) or "# no column has it: there is nothing to forbid"
    return f"Leave the value in the type, and forbid its use:\n\n{checks}"
