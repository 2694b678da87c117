"""A revision imports the application's own models.

## What it does

Finds imports, anywhere in a revision file, of a class that is mapped to a table, of a `Table` or `MetaData`
of the application's, or of a module that defines any. Helpers without mapped classes (types, enums,
constants) are not told.

## Why is this bad?

A revision is run again for years: by each new developer, in each test run, on each new environment. The
models move on meanwhile. The day somebody adds a column to `Order`, this revision's `SELECT` or
`create_all` names a column that its database does not have yet; the day somebody renames the class, the
file does not even import. `alembic upgrade` then fails for an old revision that nobody touched.

## Example

```python
from app.models import Order


def upgrade() -> None:
    op.execute(sa.update(Order).values(note="").where(Order.note.is_(None)))
```

## Use instead

State the table as it is at this revision, with the columns that are needed and no others:

```python
orders = sa.table("orders", sa.column("note", sa.Text()))


def upgrade() -> None:
    op.execute(sa.update(orders).values(note="").where(orders.c.note.is_(None)))
```

## References

- [Alembic: conditional migration elements and data migrations](https://alembic.sqlalchemy.org/en/latest/cookbook.html)
- [SQLAlchemy: lightweight table()](https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.table)

"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.trace import LiveImport, Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each import statement."""
    for each in observation.trip.imports:
        yield rule("craft", "live-model-import").finding(
            f"The revision imports {each.what}, as the application has it today and not as it was when the "
            "revision was written.",
            f"State here what the revision needs, with no other columns:\n{_table_code(each)}",
            **{**observation.top(), "line": each.line},
        )


def _table_code(each: LiveImport) -> str:
    name = each.table or "name_of_the_table"
    return f'{name} = sa.table("{name}", sa.column("…"))'
