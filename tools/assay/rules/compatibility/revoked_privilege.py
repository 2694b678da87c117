"""A privilege that the running release may use is taken away.

## What it does

Reports an object that existed before and on which fewer privileges are granted at the end of the revision: by
REVOKE, or because it was dropped and made again under its name, which forgets what was granted.

## Why is this bad?

If the running release connects as one of these roles (or as a member of one), its queries fail from the
commit on (42501, insufficient_privilege). As which role it connects is not in the schema.

## Example

```python
def upgrade() -> None:
    op.execute("REVOKE SELECT ON products FROM public")
```

## Use instead

First a release (and jobs, and reports) that connect as another role, or do without; then revoke, and say so:

```python
def upgrade() -> None:
    # assay: waive revoked-privilege owner=@dba -- everybody connects as shop_app since release 41
    op.execute("REVOKE SELECT ON products FROM public")
```

What is made again is granted again, in the same transaction; `CREATE OR REPLACE VIEW` keeps the privileges.

## References

- [PostgreSQL: privileges](https://www.postgresql.org/docs/current/ddl-priv.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Change, Key, Object
from assay.catalog.create import path_of
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._upgrade import relation
from assay.rules.data._words import execute, listed
from assay.trace import Observation, Traced

severity = Severity.WARNING

_NAMES = ("grants", "revoked")


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each object, at the last statement that changed its privileges."""
    upgrade = observation.trip.upgrade
    if upgrade.released is None or upgrade.after is None:
        return
    for key, (traced, change) in _touched(observation).items():
        if key not in upgrade.released or key not in upgrade.after:
            continue
        held = relation(traced, change.parent or key)
        gone = _lost(upgrade.released[key], upgrade.after[key])
        if not gone or (held is not None and held.preexisting and not held.busy):
            continue
        again = " It is made again, without what was granted on it." if change.before is None else ""
        yield rule("compatibility", "revoked-privilege").finding(
            f"Takes {listed(gone)} away on the {key.kind} {key.path}: if the running release connects as "
            f"that, what needs it fails (42501).{again}",
            _advice(key, gone, again=bool(again)),
            **observation.at(traced),
        )


def _touched(observation: Observation) -> dict[Key, tuple[Traced, Change]]:
    """What was made, or whose privileges were changed, with the last statement that did it."""
    found: dict[Key, tuple[Traced, Change]] = {}
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            granted = any(each.name in _NAMES for each in change.attributes)
            made = change.before is None or granted
            if change.after is not None and made and change.key.kind != "default privileges":
                found[change.key] = (traced, change)
    return found


def _lost(before: Object, after: Object) -> list[str]:
    """`SELECT from public`: what was granted and is not, and what everybody has by default and has not."""
    granted = _entries(before, "grants") - _entries(after, "grants")
    told = {entry.replace(" to ", " from ", 1) for entry in granted}
    return sorted(told | (_entries(after, "revoked") - _entries(before, "revoked")))


def _entries(item: Object, name: str) -> set[str]:
    value = item.get(name)
    return set(value) if isinstance(value, tuple) else set()


def _advice(key: Key, gone: list[str], *, again: bool) -> str:
    if again and key.kind in ("table", "view", "materialized view", "sequence"):
        word = "SEQUENCE " if key.kind == "sequence" else ""
        grants = (entry.replace(" from ", f" ON {word}{path_of(key)} TO ", 1) for entry in gone)
        lines = "\n".join(execute(f"GRANT {each}") for each in grants)
        return f"Grant again what was granted, in the same transaction:\n\n{lines}"
    return (
        "Let everybody connect as a role that needs it no more first; then say so beside the statement:\n\n"
        "# assay: waive revoked-privilege -- <since when nobody connects as that>"
    )
