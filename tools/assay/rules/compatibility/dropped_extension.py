"""An extension whose functions and types the running release may use is dropped.

## What it does

Reports an existing extension that is not there any more at the end of the revision.

## Why is this bad?

PostgreSQL refuses the DROP while tables, indexes or views depend on the extension (2BP01), and knows nothing
of queries: what the running release asks with its functions and operators (`similarity()`, `->`,
`gen_salt()`) fails from the commit on (42883, undefined_function; 42704, undefined_object).

## Example

```python
def upgrade() -> None:
    op.execute("DROP EXTENSION pg_trgm")
```

## Use instead

Leave it until no running release uses it; an extension that nobody calls costs nothing. Then drop it, and say
why that is safe:

```python
def upgrade() -> None:
    # assay: waive dropped-extension owner=@search -- release 41 searches with tsvector
    op.execute("DROP EXTENSION pg_trgm")
```

## References

- [PostgreSQL: DROP EXTENSION](https://www.postgresql.org/docs/current/sql-dropextension.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._upgrade import removed, stands
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each extension."""
    for traced, change in removed(observation, "extension"):
        if stands(observation, change.key):
            continue
        yield rule("compatibility", "dropped-extension").finding(
            f"Drops the extension {change.key.name}: queries of the running release that use its functions, "
            "operators or types fail (42883, 42704). PostgreSQL knows of no queries, and refuses only what "
            "tables, indexes and views need.",
            "Leave it until no running release uses it; then say so beside the statement:\n\n"
            "# assay: waive dropped-extension -- <the release since which nothing uses it>",
            **observation.at(traced),
        )
