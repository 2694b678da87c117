"""A column's type becomes one that cannot hold every value it held.

## What it does

Reports a column of an existing table whose new type is narrower: a shorter varchar, fewer digits or decimals,
bigint to integer, an exact number to a floating one, a timestamp to a date or without its time zone. Widening
(varchar(50) to varchar(100) or text, integer to bigint, numeric with more digits) is nothing to report.

A type that the old queries cannot use at all is told by `incompatible-type`; the rewrite and its lock by the
rules about availability.

## Why is this bad?

PostgreSQL either refuses the statement at the first value that does not fit (22001, 22003), so that the
deployment stops; or, where it rounds (decimals, timestamps) or a USING clause cuts, it changes the values
without a word. From then on the running release is refused the values that it was allowed to write.

## Example

```python
def upgrade() -> None:
    op.alter_column("customers", "phone", type_=sa.String(10))
```

## Use instead

Keep the type, and say what is allowed by a constraint, which can be checked without blocking anybody:

```python
def upgrade() -> None:
    op.create_check_constraint(
        "ck_customers_phone_length", "customers", "char_length(phone) <= 10", postgresql_not_valid=True
    )
```

and in a second revision, after the values that are too long have been mended:

```python
def upgrade() -> None:
    op.execute("ALTER TABLE customers VALIDATE CONSTRAINT ck_customers_phone_length")
```

Where the type itself has to change, add a second column and move release by release (`renamed-column` shows
how).

## References

- [PostgreSQL: ALTER TABLE, changing a column's data type](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._retyped import Retyped, retyped
from assay.rules.data._types import shape
from assay.rules.data._words import code, execute, schema_code, sized_column
from assay.trace import Observation

severity = Severity.ERROR

_ROUNDS = ("numeric", "real", "double precision")
_CHARACTERS = ("character varying", "character")


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each column."""
    for change in retyped(observation):
        if change.verdict != "narrowed":
            continue
        yield rule("data", "narrowed-type").finding(
            f"Narrows {sized_column(observation, change.table.path, change.name)} from "
            f"{change.said_before} to {change.said_after}: {_what_happens(change)}. The running release may "
            "go on writing what no longer fits.",
            _advice(change),
            **observation.at(change.traced),
        )


def _what_happens(change: Retyped) -> str:
    old, new = shape(change.before), shape(change.after)
    if new.name in _CHARACTERS:
        return "a longer value stops the statement (22001), unless USING cuts it"
    if new.name == "date":
        return "the time of day is dropped from every value"
    if old.name.endswith("with time zone") and not new.name.endswith("with time zone"):
        return (
            "the time zone is dropped from every value"
            if old.name.startswith("time ")
            else "every value becomes the wall clock's time in the TimeZone of the session that runs this, "
            "and which instant it was is no longer told"
        )
    if old.name.startswith("time"):
        return "every value is rounded"
    if old.name in _ROUNDS or new.name in _ROUNDS:
        return "values are rounded without a word, and a larger one stops the statement (22003)"
    return "a value out of its range stops the statement (22003)"


def _advice(change: Retyped) -> str:
    table, column = change.table, quoted(change.name)
    allowed = _allowed(change)
    if allowed is None:
        return (
            "Keep the type. Where it has to change, add a second column and move to it release by release "
            "(`assay explain renamed-column` shows the steps)."
        )
    name = f"ck_{table.name}_{change.name}_fits"
    check_ = (
        f"op.create_check_constraint(\n    {code(name)}, {code(table.name)}, {code(allowed.format(column))}, "
        f"postgresql_not_valid=True{schema_code(table)}\n)"
    )
    validate = execute(f"ALTER TABLE {path_of(table)} VALIDATE CONSTRAINT {quoted(name)}")
    return (
        f"Keep the type, and let a constraint say what is allowed:\n\n{check_}\n\n"
        f"and in a second revision:\n\n{validate}"
    )


def _allowed(change: Retyped) -> str | None:
    new = shape(change.after)
    if new.array:
        return None
    if new.name in _CHARACTERS:
        return f"char_length({{}}) <= {new.size}"
    if new.name == "numeric" and new.size is not None:
        digits = new.size - (new.scale or 0)
        return f"abs({{0}}) < 1e{digits} AND scale({{0}}::numeric) <= {new.scale}"
    limits = {"smallint": "-32768 AND 32767", "integer": "-2147483648 AND 2147483647"}
    return f"{{}} BETWEEN {limits[new.name]}" if new.name in limits else None
