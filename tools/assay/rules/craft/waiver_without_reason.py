"""A waiver that does not say why.

## What it does
Finds `# assay: waive` comments without a reason behind `--`. Such a waiver waives nothing.

## Why is this bad?
Whoever reads the revision later, in a review or after an incident, must be able to tell a decision from a
shortcut.

## Example
```python
# assay: waive CP01
op.execute("delete FROM account")
```

## Use instead
```python
# assay: waive CP01 until=2027-01-31 owner=@data -- the vendor's own text, kept as it came
op.execute("delete FROM account")
```

## References
- `assay explain unused-waiver`
"""

from __future__ import annotations

from assay.model import Severity

severity = Severity.ERROR
