"""A name is longer than the 63 bytes that PostgreSQL keeps.

## What it does

Finds names that PostgreSQL cut: a statement says a longer one than the catalog has afterwards. Finds as
well the names that SQLAlchemy refuses to emit because they are longer than 63 characters: the revision does
not run then. SQLAlchemy counts characters and looks at indexes and constraints only, PostgreSQL counts
bytes and cuts everything.

## Why is this bad?

PostgreSQL cuts without an error. The next statement that says the full name still works, because it is cut
alike; what compares names does not: `alembic check` sees an index gone and another come, `op.f()` names
nothing, and two long names that differ at their end become one, which fails with "already exists". Two
names of 66 and 65 characters are nothing rare with a naming convention of table and columns.

## Example

```python
op.execute(
    "CREATE INDEX ix_quarterly_reporting_financials_company_id_fiscal_reporting_date"
    " ON quarterly_reporting_financials (company_id, fiscal_reporting_date)"
)
```

## Use instead

A name that fits, from a naming convention that shortens:

```python
op.create_index(
    "ix_quarterly_reporting_financials_company_id_fiscal_re_bf6d132b",
    "quarterly_reporting_financials",
    ["company_id", "fiscal_reporting_date"],
)
```

## References

- [PostgreSQL: limits](https://www.postgresql.org/docs/current/limits.html)
- [SQLAlchemy: naming conventions](https://docs.sqlalchemy.org/en/20/core/constraints.html#configuring-constraint-naming-conventions)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeGuard

from msgspec.structs import replace

from assay.model import Finding, Severity
from assay.preflight import tokens
from assay.render import Failure, Rendered, Rendering
from assay.rules import rule
from assay.rules.design._names import MAX_IDENTIFIER_BYTES, cut
from assay.trace import Observation, Traced

severity = Severity.WARNING

REFUSED = "IdentifierError"
"""SQLAlchemy's exception (`sqlalchemy.exc`) for a name longer than the dialect's limit."""

_NAME = re.compile(r"'(.+)' exceeds")


def check(observed: Rendering | Observation) -> Iterator[Finding]:
    """Names that SQLAlchemy refuses to emit, as the rendering shows them, and names that PostgreSQL cut."""
    if isinstance(observed, Rendering):
        yield from (_refused(r, r.failure) for r in observed.rendered.values() if _is_refusal(r.failure))
    elif observed.revision.new:
        for traced in observed.upgrade:
            for name in _cut_names(traced):
                yield rule("design", "overlong-identifier").finding(
                    f"The name {name} has {len(name.encode())} bytes, and PostgreSQL keeps "
                    f"{MAX_IDENTIFIER_BYTES}: it is {cut(name)} now.",
                    f"Give it a name of at most {MAX_IDENTIFIER_BYTES} bytes, here and in the models.",
                    **observed.at(traced),
                )


def _is_refusal(failure: Failure | None) -> TypeGuard[Failure]:
    return failure is not None and failure.kind == REFUSED


def _refused(rendered: Rendered, failure: Failure) -> Finding:
    named = _NAME.search(failure.message)
    name = named[1] if named else "of this operation"
    size = f"has {len(named[1].encode())} bytes" if named else "is too long"
    found = rule("design", "overlong-identifier").finding(
        f"The name {name} {size}, and PostgreSQL keeps {MAX_IDENTIFIER_BYTES}: SQLAlchemy refuses to emit "
        f"it, so {rendered.direction}() does not run.",
        f"Give it a name of at most {MAX_IDENTIFIER_BYTES} bytes, here and in the models"
        + (f", such as {cut(name)}." if named else "."),
        revision=rendered.revision.id,
        path=rendered.revision.path,
        line=failure.line or rendered.revision.line,
    )
    return replace(found, severity=Severity.ERROR)


def _cut_names(traced: Traced) -> list[str]:
    """Names in the statement that the catalog has cut."""
    made = {
        change.after.key.name
        for change in traced.effect.changes
        if change.after is not None and change.action in ("added", "renamed")
    }
    long = {
        name.partition("(")[0].strip('"') for name in made if len(name.encode()) > MAX_IDENTIFIER_BYTES - 4
    }
    return [name for name in _long_identifiers(traced.statement.sql) if cut(name) in long] if long else []


def _long_identifiers(sql: str) -> list[str]:
    """The identifiers of a statement that are too long, as they are meant, each once."""
    meant = [
        token.text[1:-1].replace('""', '"') if token.text.startswith('"') else token.text.lower()
        for token in tokens(sql)
        if token.kind == "IDENT"
    ]
    return [name for name in dict.fromkeys(meant) if len(name.encode()) > MAX_IDENTIFIER_BYTES]
