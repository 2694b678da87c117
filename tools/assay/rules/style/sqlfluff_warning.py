"""sqlfluff warned about its configuration or about a statement.

## What it does
Passes on what sqlfluff writes to its log: an unknown rule in `rules` or `exclude_rules`, a plug-in that does
not load, a malformed `-- sqlfluff:` line, a rule that crashed.

## Why is this bad?
In a log it goes by unseen, and each of them means that something is not checked as somebody intended.

## Example
```ini
[sqlfluff]
exclude_rules = LT99
```

## Use instead
```ini
[sqlfluff]
exclude_rules = LT09
```

## References
- [sqlfluff: configuration](https://docs.sqlfluff.com/en/stable/configuration/index.html)
"""

from __future__ import annotations

from assay.model import Severity

severity = Severity.WARNING
