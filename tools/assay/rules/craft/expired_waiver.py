"""A waiver whose date has passed.

## What it does
Finds `# assay: waive` comments whose `until=`, and `waivers` of governance.yaml whose `expires`, lie in the
past. The last day itself still counts. An expired waiver waives nothing.

## Why is this bad?
Its author promised to come back to it. Now the finding is open again: mend it, or decide anew.

## Example
```python
# assay: waive CP01 until=2020-01-31 -- until the vendor mends it
op.execute("delete FROM account")
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

severity = Severity.ERROR
