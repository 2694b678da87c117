"""A trigger refuses what could be written before.

## What it does

Reports a trigger on an existing table whose function can raise an exception and that was not there before, or
whose function could not raise before. Triggers that only set values are none.

## Why is this bad?

Unlike a constraint, a trigger cannot be tried on the rows that are there, nor made NOT VALID first: what the
running release writes is refused from the commit on (P0001, raise_exception), and nothing has told whether it
writes such rows.

## Example

```python
def upgrade() -> None:
    op.execute(\"\"\"
CREATE FUNCTION refuse_negative_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.total < 0 THEN
        RAISE EXCEPTION 'an order cannot be negative';
    END IF;
    RETURN NEW;
END
$$
\"\"\")
    op.execute(
        "CREATE TRIGGER refuse_negative_total BEFORE INSERT ON orders"
        " FOR EACH ROW EXECUTE FUNCTION refuse_negative_total()"
    )
```

## Use instead

What one row can tell is a constraint, which can be checked on the old rows without blocking anybody:

```python
def upgrade() -> None:
    op.create_check_constraint("ck_orders_total", "orders", "total >= 0", postgresql_not_valid=True)
```

What needs a trigger can begin with `RAISE WARNING`, and refuse when the log has been silent for a while.

## References

- [PostgreSQL: trigger functions](https://www.postgresql.org/docs/current/plpgsql-trigger.html)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.catalog import Catalog, Change, Key, Object
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._parsed import plpgsql, walk
from assay.rules.data._upgrade import relation
from assay.rules.data._words import sized
from assay.trace import Observation

severity = Severity.WARNING

_ERROR = 21
"""PostgreSQL's `elog_level` of RAISE EXCEPTION (utils/elog.h: ERROR; libpg_query parses with that)."""

_FUNCTION = re.compile(r"EXECUTE (?:FUNCTION|PROCEDURE) (?P<name>[^(]+)\(")


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each trigger, at the statement that made it refuse."""
    upgrade = observation.trip.upgrade
    if upgrade.before is None or upgrade.released is None or upgrade.after is None:
        return
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            for trigger in _made(change, upgrade.after):
                table = Key("table", trigger.key.schema, trigger.key.parent)
                held = relation(traced, table)
                known = trigger.key in upgrade.before
                if (
                    table not in upgrade.released
                    or (held is not None and not held.busy)
                    or (held is None and not known)
                ):
                    continue
                if not refuses(trigger, upgrade.after) or (
                    known and refuses(upgrade.before[trigger.key], upgrade.before)
                ):
                    continue
                yield rule("compatibility", "refusing-trigger").finding(
                    f"The trigger {trigger.key.name} on {sized(observation, table.path)} can raise an "
                    "exception: what "
                    "the running release writes may be refused from the commit on (P0001).",
                    "Say it as a constraint, NOT VALID first, if one row can tell; else begin with RAISE "
                    "WARNING, "
                    "and refuse when nothing was logged for a while. How the condition reads as a "
                    "constraint is "
                    "not known here.",
                    **observation.at(traced),
                )


def refuses(trigger: Object, catalog: Catalog) -> bool:
    """Whether its function raises an exception somewhere, and it is no trigger after the fact."""
    found = _FUNCTION.search(trigger.text("definition"))
    schema, _, name = (found["name"] if found else "").replace('"', "").rpartition(".")
    function = catalog.get(Key("function", schema or "public", f"{name}()"))
    if function is None or trigger.get("enabled") == "disabled":
        return False
    raised = (
        value for name, value in walk(plpgsql(function.text("definition"))) if name == "PLpgSQL_stmt_raise"
    )
    return any(value.get("elog_level") == _ERROR for value in raised)


def _made(change: Change, after: Catalog) -> Iterator[Object]:
    """The trigger that a change added or enabled, or every one whose function it changed."""
    key = change.key
    if key.kind == "trigger" and change.after is not None and change.action != "renamed" and key in after:
        yield after[key]
    elif key.kind == "function" and change.before is not None and change.after is not None:
        name = key.name.partition("(")[0]
        for trigger in after.of_kind("trigger"):
            found = _FUNCTION.search(trigger.text("definition"))
            if found and found["name"].rpartition(".")[2].strip('"') == name:
                yield trigger
