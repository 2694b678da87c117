"""A domain in use refuses values that it accepted.

## What it does

Reports an existing domain that gets another CHECK or NOT NULL, valid or NOT VALID, while columns of existing
tables have it, and lists those columns.

## Why is this bad?

It holds at once for every column of every table that has the domain: what the running release writes there is
refused from the commit on (23514, 23502), also in tables that nobody thought of.

## Example

```python
def upgrade() -> None:
    op.execute(
        "ALTER DOMAIN email_address ADD CONSTRAINT email_address_lower"
        " CHECK (VALUE = lower(VALUE)) NOT VALID"
    )
```

## Use instead

Say it of the columns that are meant, each in its own time, NOT VALID first:

```python
def upgrade() -> None:
    op.create_check_constraint(
        "ck_customers_email_lower", "customers", "email = lower(email)", postgresql_not_valid=True
    )
```

## References

- [PostgreSQL: ALTER DOMAIN](https://www.postgresql.org/docs/current/sql-alterdomain.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog import Catalog, Change, Key, Object
from assay.model import Finding, Severity
from assay.rules import rule
from assay.rules.data._words import code, listed, schema_code
from assay.trace import Observation

severity = Severity.WARNING


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each domain and statement."""
    known = observation.trip.upgrade.released
    if known is None:
        return
    for traced in observation.upgrade:
        told: set[Key] = set()
        for change in traced.effect.changes:
            domain = _narrowed(change)
            used = list(_columns(known, domain)) if domain is not None else []
            if not used or domain is None or domain in told:
                continue
            told.add(domain)
            yield rule("compatibility", "narrowed-domain").finding(
                f"The domain {domain.path} gets {_what(change)}: the running release is refused what it may "
                "have "
                f"written to {listed(item.key.path for item in used)} so far.",
                _advice(change, used),
                **observation.at(traced),
            )


def _narrowed(change: Change) -> Key | None:
    """The domain that a change makes stricter."""
    key = change.key
    if (
        key.kind == "constraint"
        and change.before is None
        and change.parent
        and change.parent.kind == "domain"
    ):
        return change.parent
    stricter = any(each.name == "not_null" and each.after for each in change.attributes)
    return key if key.kind == "domain" and change.before is not None and stricter else None


def _columns(catalog: Catalog, domain: Key) -> Iterator[Object]:
    name = f"{domain.schema}.{domain.name}"
    for item in catalog.of_kind("column"):
        table = Key("table", item.key.schema, item.key.parent)
        if item.text("type").removesuffix("[]").replace('"', "") == name and table in catalog:
            yield item


def _what(change: Change) -> str:
    if change.key.kind == "constraint" and change.after is not None:
        return f"the constraint {change.key.name} ({change.after.text('definition')})"
    return "NOT NULL"


def _advice(change: Change, used: list[Object]) -> str:
    lines = []
    for item in used:
        key = item.key
        rule_ = f"{key.name} IS NOT NULL"
        if change.key.kind == "constraint" and change.after is not None:
            text = change.after.text("definition").removeprefix("CHECK ").strip()
            rule_ = text[1:-1].replace("VALUE", key.name)
        name = f"ck_{key.parent}_{key.name}_{change.key.name}"
        lines.append(
            f"op.create_check_constraint(\n    {code(name)}, {code(key.parent)}, {code(rule_)}, "
            f"postgresql_not_valid=True{schema_code(key)}\n)"
        )
    checks = "\n".join(lines)
    return f"Say it of the tables that are meant, and validate each in a second revision:\n\n{checks}"
