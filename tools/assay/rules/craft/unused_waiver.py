"""A waiver that waives nothing.

## What it does
Finds rules named in an `# assay: waive` comment that found nothing at the statement it stands at, and
`waivers` of governance.yaml that waived nothing in all that they are about, or whose revision does not exist.
Only rules that were judged in this run count.

## Why is this bad?
A waiver that outlived its cause accepts the next finding of that rule in advance, unread.

## Example
```python
# assay: waive CP01 -- the vendor's own text, kept as it came
op.execute("DELETE FROM account")
```

## Use instead
```python
op.execute("DELETE FROM account")
```

## References
- `assay explain waiver-without-reason`
"""

from __future__ import annotations

from assay.model import Severity

severity = Severity.WARNING
