"""A constraint refuses what could be written before.

## What it does

Reports a CHECK, a FOREIGN KEY, a UNIQUE or EXCLUDE constraint, a unique index, or NOT NULL that is new on a
table in use, valid or NOT VALID; and the bounds and foreign keys that a table gets which becomes a partition.
Nothing new are: VALIDATE CONSTRAINT, NOT NULL behind a CHECK that says so, bounds behind a CHECK that matches
them, a unique constraint of columns that are unique already, a CHECK that is certainly looser than the one it
takes the place of, and what concerns only columns that the pull request adds. A domain's is told by
`narrowed-domain`, a trigger by `refusing-trigger`.

## Why is this bad?

NOT VALID spares the rows that are there, and not those to come: from the commit on, what the running release
writes against the constraint is refused (23514, 23503, 23505, 23P01, 23502), during the deployment and after
a rollback of the code. `assay preflight` asks the rows that are there; what an old release is going to write
is in no database. It is a **note**: constraints are everyday work, and only somebody who knows the release
can tell. It is an **error** where a CHECK wants a value in a column that is new and has no default.

## Example

```python
def upgrade() -> None:
    op.create_check_constraint("ck_orders_total", "orders", "total >= 0", postgresql_not_valid=True)
```

## Use instead

First a release that keeps to it; then, when no older one runs any more, the constraint, with the reason why
it refuses nobody:

```python
def upgrade() -> None:
    # assay: waive refusing-constraint owner=@orders -- release 41 writes no such total
    op.create_check_constraint("ck_orders_total", "orders", "total >= 0", postgresql_not_valid=True)
```

## References

- [Parallel change (expand and contract)](https://martinfowler.com/bliki/ParallelChange.html)
- [PostgreSQL: constraints](https://www.postgresql.org/docs/current/ddl-constraints.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.compatibility._refusals import Refusal, refusals
from assay.rules.data._words import listed, sized
from assay.trace import Observation

severity = Severity.NOTE


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each constraint, index and column."""
    for refusal in refusals(observation):
        table = sized(observation, refusal.table.path)
        if refusal.certain:
            yield _wanted(observation, refusal)
            continue
        yield rule("compatibility", "refusing-constraint").finding(
            f"Rows that {table} took so far are refused from the commit on by {refusal.said} "
            f"({refusal.sqlstate}){_kept(refusal)}. Whether the running release writes such rows is not "
            f"known here; `assay preflight` asks the present rows only.{_replaced(refusal)}",
            "Ship a release that keeps to it first; when no older one runs any more, say so beside the "
            "statement:\n\n"
            "# assay: waive refusing-constraint -- <the release since which nothing writes such rows>",
            **observation.at(refusal.traced),
        )


def _wanted(observation: Observation, refusal: Refusal) -> Finding:
    finding = rule("compatibility", "refusing-constraint").finding(
        f"On {sized(observation, refusal.table.path)}, {refusal.said} wants a value in a column that is new "
        f"and has no default: every INSERT of the running release is refused ({refusal.sqlstate}), also with "
        "NOT VALID.",
        "Give the column a default until every running release writes it, or add the constraint in a "
        "revision after that release. Which value fits is not known here.",
        **observation.at(refusal.traced),
    )
    return replace(finding, severity=Severity.ERROR)


def _kept(refusal: Refusal) -> str:
    return f", and so is a DELETE of rows of {refusal.keeps} that they refer to" if refusal.keeps else ""


def _replaced(refusal: Refusal) -> str:
    if not refusal.instead_of:
        return ""
    return (
        f" It takes the place of {listed(refusal.instead_of)}; that it is looser, so that it refuses nothing "
        "new, cannot be told from its text."
    )
