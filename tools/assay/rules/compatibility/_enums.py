"""The values of the enum types that an upgrade may have changed."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay.catalog import Catalog, Key, Object
from assay.trace import Observation, Traced


class ChangedEnum(Struct, frozen=True):
    """An enum type, by its name, with its values before and after."""

    traced: Traced
    """The statement after which it has its values."""
    key: Key
    before: tuple[str, ...]
    after: tuple[str, ...]
    gone: tuple[str, ...]
    """Values that a release knows and that are not there any more."""
    columns: tuple[str, ...]
    """The columns that have it at the end: `customers.status`."""
    renamed: bool
    """The type is the same one still; otherwise another was put in its place."""


def changed_enums(observation: Observation) -> Iterator[ChangedEnum]:
    """Every enum in use that has lost values; told at the last statement that touched it."""
    upgrade = observation.trip.upgrade
    if upgrade.before is None or upgrade.released is None or upgrade.after is None:
        return
    for item in upgrade.released.of_kind("type"):
        now = upgrade.after.get(item.key)
        before, after = _values(upgrade.before.get(item.key)), _values(now)
        gone = tuple(value for value in _values(item) if value not in after)
        if now is None or not gone:
            continue
        traced = _place(observation, item.key)
        if traced is not None:
            columns = tuple(_columns(upgrade.after, item.key))
            yield ChangedEnum(traced, item.key, before, after, gone, columns, item.id == now.id)


def _values(item: Object | None) -> tuple[str, ...]:
    values = item.get("values") if item is not None else None
    return values if isinstance(values, tuple) else ()


def _columns(catalog: Catalog, key: Key) -> Iterator[str]:
    for item in catalog.of_kind("column"):
        text = item.text("type").removesuffix("[]").replace('"', "")
        if text == f"{key.schema}.{key.name}":
            yield item.key.path


def _place(observation: Observation, key: Key) -> Traced | None:
    """Where a column got the type, else where the type was made or changed."""
    name = f"{key.schema}.{key.name}"
    found = None
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            if change.after is None or change.implied:
                continue
            typed = any(
                each.name == "type" and str(each.after).replace('"', "") == name for each in change.attributes
            )
            if (
                typed
                or (change.key == key and found is None)
                or (change.key == key and change.action == "changed")
            ):
                found = traced
    return found
