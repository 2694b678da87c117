"""Which values a plan that goes back takes with it. Pure; where in doubt, they are lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.catalog import Catalog, CatalogDiff, Key, diff
from assay.trace import Step

HOLD_ROWS = ("table", "foreign table")


def loses(steps: Sequence[Step]) -> tuple[str, ...]:
    """`companies` where a table or rows of it go, `companies.website` for a column; sorted.

    Of what stood there before the first step, by the name that it had. A column whose type changes is counted
    too: what does not fit the earlier one is cut off or refused.
    """
    first = steps[0].before
    assert first is not None
    called = {key.path: key.path for key in first if _holds_values(key, first)}
    found: set[str] = set()
    for step in steps:
        assert step.before is not None
        assert step.after is not None
        changes = diff(step.before, step.after)
        gone = {*_dropped(changes), *_deleted(step)}
        found.update(called[path] for path in gone if path in called)
        called = _called_afterwards(called, changes)
    return tuple(sorted(path for path in found if path.rpartition(".")[0] not in found))


def _holds_values(key: Key, catalog: Catalog) -> bool:
    if key.kind == "column":
        return any(Key(kind, key.schema, key.parent) in catalog for kind in HOLD_ROWS)
    return key.kind in HOLD_ROWS


def _dropped(changes: CatalogDiff) -> Iterator[str]:
    for change in changes:
        if change.before is not None and (
            change.after is None or any(part.name == "type" for part in change.attributes)
        ):
            yield change.before.key.path


def _deleted(step: Step) -> Iterator[str]:
    for traced in step.traced:
        yield from (each.relation.name for each in traced.effect.written if each.deleted)
        yield from (each.name for each in traced.effect.truncated)


def _called_afterwards(called: dict[str, str], changes: CatalogDiff) -> dict[str, str]:
    """The names at the beginning by the names that they have now; without what is gone."""
    names = {change.before.key.path: change.after for change in changes if change.before is not None}
    found = {}
    for now, first in called.items():
        later = names.get(now)
        if now not in names:
            found[now] = first
        elif later is not None:
            found[later.key.path] = first
    return found
