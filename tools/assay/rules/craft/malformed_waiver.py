"""A comment that looks like a waiver and cannot be read.

## What it does
Finds comments that begin with `# assay:` and are not a waiver that can be read: another word than `waive`,
no rule, an unknown rule, an unknown option, a date that is none. Such a comment waives nothing.

## Why is this bad?
Whoever wrote it believes that the finding is accepted; the next run fails all the same, or, with a wrong
rule, a decision is recorded that nobody took.

## Example
```python
# assay: waive cp01 -- the vendor's own text, kept as it came
op.execute("delete FROM account")
```

## Use instead
```python
# assay: waive CP01 -- the vendor's own text, kept as it came
op.execute("delete FROM account")
```

## References
- `assay explain waiver-without-reason`
"""

from __future__ import annotations

from assay.model import Severity

severity = Severity.ERROR
