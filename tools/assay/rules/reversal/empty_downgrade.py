"""The downgrade does nothing, and the upgrade changed the schema.

## What it does

Reports a `downgrade()` that ran on the scratch server without changing anything, after an upgrade that had
changed the catalog. A revision that only moves data (a backfill) needs no downgrade, and what PostgreSQL
cannot take back (a value added to an enum) or need not (a constraint validated) is not missed. It is an
**error** where the next upgrade was seen to fail on what is left.

## Why is this bad?

`alembic downgrade` says that it went back, and the schema has not: the next upgrade then meets what it is
about to make, and fails.

## Example

```python
def upgrade() -> None:
    op.add_column("orders", sa.Column("channel", sa.Text()))

def downgrade() -> None:
    pass
```

## Use instead

```python
def downgrade() -> None:
    op.drop_column("orders", "channel")
```

Where there is no way back, say so by raising, so that nobody believes otherwise
(`irreversible-revision` then asks for the reason).

## References

- [Alembic: running our first migration, downgrading](https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading)
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from msgspec.structs import replace

from assay.catalog import Change
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._words import listed, stopped
from assay.rules.reversal._downgrade import different, emits, place, ran, said, undone
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding, with the lines that are missing."""
    changes = different(observation)
    if not ran(observation) or emits(observation) or not changes:
        return
    lines = undone(changes)
    again = observation.trip.again
    failed = again is not None and again.error is not None
    fails = f" The next upgrade fails: {stopped(again.error)}" if again is not None and again.error else ""
    finding = rule("reversal", "empty-downgrade").finding(
        f"downgrade() does nothing: {_left(changes)}.{fails}",
        "def downgrade() -> None:\n" + textwrap.indent(lines, "    "),
        **place(observation),
    )
    yield replace(finding, severity=Severity.ERROR) if failed else finding


def _left(changes: list[Change]) -> str:
    """What is there and was not, what is not and was, and what is another."""
    added = {change.key for change in changes if change.before is None}
    changes = [change for change in changes if change.before is not None or change.parent not in added]
    parts = (
        ("left behind", [c for c in changes if c.before is None]),
        ("not restored", [c for c in changes if c.after is None]),
        ("left different", [c for c in changes if c.before is not None and c.after is not None]),
    )
    told = [
        f"{listed(map(said, each))} {'is' if len(each) == 1 else 'are'} {how}" for how, each in parts if each
    ]
    return "; ".join(told)
