"""A `noqa` comment in SQL that sqlfluff cannot read.

## What it does
Finds comments that begin with `noqa` and do not go on as sqlfluff's syntax wants it.

## Why is this bad?
The comment looks as if it silenced a rule, and does not: whoever wrote it believes otherwise.

## Example
```python
op.execute("delete FROM account  -- noqa(CP01)")
```

## Use instead
```python
op.execute("delete FROM account  -- noqa: CP01")
```

## References
- [sqlfluff: ignoring errors](https://docs.sqlfluff.com/en/stable/configuration/ignoring_configuration.html)
"""

from __future__ import annotations

from assay.model import Severity

severity = Severity.ERROR
