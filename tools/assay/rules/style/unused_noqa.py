"""A `noqa` comment in SQL silences nothing.

## What it does
Finds `-- noqa` comments in hand-written SQL that sqlfluff did not need: no rule that they name has anything
to say there.

## Why is this bad?
A suppression that outlived its cause hides the next mistake on that line, and tells readers of a problem
that is not there.

## Example
```python
op.execute("DELETE FROM account  -- noqa: CP01")
```

## Use instead
```python
op.execute("DELETE FROM account")
```

## References
- [sqlfluff: ignoring errors](https://docs.sqlfluff.com/en/stable/configuration/ignoring_configuration.html)
"""

from __future__ import annotations

from assay.model import Severity

severity = Severity.WARNING
