"""sqlfluff cannot read this statement.

## What it does
sqlfluff's grammar does not know a part of the statement, so nothing from there on was checked for layout
and naming. The finding stands at the first place that it could not read.

## Why is this bad?
Usually it is not: sqlfluff's grammar is its own, and PostgreSQL accepts more. But a statement that was not
checked must not look as if it had been, and now and then the reason is a slip that PostgreSQL refuses too.

## Example
```python
op.execute("UPDAT account SET active = FALSE")
```

## Use instead
```python
op.execute("UPDATE account SET active = FALSE")
```

Where PostgreSQL accepts the statement as it is, end the line of the SQL with `-- noqa: PRS`.

## References
- [sqlfluff: ignoring errors](https://docs.sqlfluff.com/en/stable/configuration/ignoring_configuration.html)
"""

from __future__ import annotations

from assay.model import Severity

severity = Severity.NOTE
