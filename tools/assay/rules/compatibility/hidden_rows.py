"""Row security hides rows from the running release.

## What it does

Reports row-level security that is enabled, or forced upon the owner as well, on an existing table. It is an
**error** where it is forced and no policy lets anything through, a **warning** where there is no such policy
or where it is forced, and a **note** where policies let some rows through. A policy `USING (true)` for
everybody hides nothing, and is nothing to report.

## Why is this bad?

Nothing fails: SELECT of the running release gives fewer rows (none, without a policy), UPDATE and DELETE pass
over the others, and INSERT is refused (42501). It concerns every role but superusers, roles with BYPASSRLS
and, unless it is forced, the owner of the table. As which role the release connects is not in the schema.

## Example

```python
def upgrade() -> None:
    op.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY")
```

## Use instead

A policy that lets everything through, in the same transaction, before the security is switched on; then a
release that says who it is (`SET app.tenant …`); then the policy that is meant:

```python
def upgrade() -> None:
    op.execute("CREATE POLICY orders_for_all ON orders USING (true)")
    op.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY")
```

## References

- [PostgreSQL: row security policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.catalog import Catalog, Key
from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._upgrade import in_use
from assay.rules.data._words import execute, sized
from assay.trace import Observation

severity = Severity.WARNING

_SWITCHES = ("row_security", "force_row_security")


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each table, at the statement that switched it on."""
    after = observation.trip.upgrade.after
    told: set[Key] = set()
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            switched = any(each.name in _SWITCHES and each.after for each in change.attributes)
            key = change.key
            if key.kind != "table" or not switched or after is None or key not in after or key in told:
                continue
            if not after[key].get("row_security") or not in_use(observation, change):
                continue
            told.add(key)
            found = _severity(key, after)
            if found is not None:
                finding = rule("compatibility", "hidden-rows").finding(
                    _message(observation, key, after), _advice(key), **observation.at(traced)
                )
                yield replace(finding, severity=found)


def _severity(table: Key, after: Catalog) -> Severity | None:
    if _lets_all_through(table, after):
        return None
    forced, passed = bool(after[table].get("force_row_security")), _policies(table, after)
    if forced and not passed:
        return Severity.ERROR
    return Severity.WARNING if forced or not passed else Severity.NOTE


def _policies(table: Key, after: Catalog) -> list[str]:
    """The names of those that let rows through."""
    below = (item for item in after.below(table) if item.key.kind == "policy")
    return [item.key.name for item in below if not item.get("restrictive")]


def _lets_all_through(table: Key, after: Catalog) -> bool:
    below = [item for item in after.below(table) if item.key.kind == "policy"]
    every = (
        not item.get("restrictive")
        and item.text("using") in ("true", "(true)")
        and item.text("check") in ("", "true", "(true)")
        and item.get("command") is None
        and item.get("roles") is None
        for item in below
    )
    return any(every) and not any(item.get("restrictive") for item in below)


def _message(observation: Observation, table: Key, after: Catalog) -> str:
    forced = bool(after[table].get("force_row_security"))
    whom = "the owner too" if forced else "every role but the owner"
    passed = _policies(table, after)
    rows = f"only what {', '.join(passed)} lets through" if passed else "no row, for want of a policy"
    return (
        f"Row security on {sized(observation, table.path)}: for {whom}, SELECT, UPDATE and DELETE of the "
        f"running release find {rows}, without an error, and INSERT may be refused (42501). As which role it "
        "connects is not known here."
    )


def _advice(table: Key) -> str:
    name = quoted(f"{table.name}_for_all")
    policy = execute(f"CREATE POLICY {name} ON {path_of(table)} USING (true)")
    return (
        "Let a policy pass everything until the release that says who it is runs everywhere:\n\n"
        f"{policy}\n{execute(f'ALTER TABLE {path_of(table)} ENABLE ROW LEVEL SECURITY')}"
    )
