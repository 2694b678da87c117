"""What of an upgrade refuses rows that the schema before it accepted."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay.catalog import Catalog, Change, Key, Object
from assay.preflight import Constraint, constraint
from assay.preflight.attached import is_detached
from assay.rules.availability._work import bare_name
from assay.rules.compatibility._attached import demands
from assay.rules.compatibility._conditions import condition
from assay.rules.compatibility._refused import columns_of, is_refused
from assay.rules.data._upgrade import relation
from assay.trace import Observation, Traced

_STATES = {
    "check": "23514",
    "foreign key": "23503",
    "unique": "23505",
    "primary key": "23505",
    "exclude": "23P01",
    "not null": "23502",
}

_FILLED = ("default", "generated", "identity")

_WORDS = {
    "check": "CHECK",
    "foreign key": "foreign key",
    "unique": "unique constraint",
    "primary key": "primary key",
    "exclude": "exclusion constraint",
}


class Refusal(Struct, frozen=True):
    """A rule that rows of a table have to obey from now on."""

    traced: Traced
    table: Key
    said: str
    """`the CHECK ck_orders_total`."""
    sqlstate: str
    instead_of: tuple[str, ...] = ()
    """Constraints over the same columns that the revision drops."""
    certain: bool = False
    """Every INSERT that leaves out what the running release does not know is refused."""
    keeps: str = ""
    """The table whose rows cannot go any more while they are referred to."""


def refusals(observation: Observation) -> Iterator[Refusal]:
    """Every constraint, unique index and NOT NULL that an upgrade adds to a table in use and leaves there,
    and what a table obeys that becomes a partition; but for what the schema refused before, and what only
    concerns columns that are new themselves."""
    upgrade = observation.trip.upgrade
    if upgrade.before is None or upgrade.released is None or upgrade.after is None:
        return
    known = _Known(upgrade.before, upgrade.released, upgrade.after)
    told: set[tuple[object, ...]] = set()
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            table = change.parent or change.key
            held = relation(traced, table)
            if table not in upgrade.released or (held is not None and not held.busy):
                continue
            for item, said in _gained(traced, change, upgrade.before, upgrade.after):
                refusal = known.judge(traced, table, item, said)
                if refusal is not None and (place := (id(traced), table, refusal.said)) not in told:
                    told.add(place)
                    yield refusal


def _gained(traced: Traced, change: Change, before: Catalog, after: Catalog) -> Iterator[tuple[Object, str]]:
    """What rows have to obey by a change; with what to call it, where that is not its own name."""
    item = _added(change, after)
    if item is not None and not change.implied and not _is_part(change, traced, after):
        yield item, ""
    yield from demands(traced, change, before, after)


def _added(change: Change, after: Catalog) -> Object | None:
    """The constraint or unique index that a change adds (or that counts from now on), or the column that
    becomes NOT NULL; None for what is gone again at the end."""
    item = change.after
    if item is None or change.key not in after or after[change.key].id != item.id:
        return None
    if change.key.kind == "column":
        newly = any(each.name == "not_null" and each.after for each in change.attributes)
        return item if change.before is not None and newly and after[change.key].get("not_null") else None
    if change.key.kind == "constraint":
        counts = any(each.name == "not_enforced" and each.before for each in change.attributes)
        is_new = change.before is None or change.before.id != item.id  # of one name, in one statement
        return item if counts or (is_new and not item.get("not_enforced")) else None
    is_new = change.key.kind == "index" and change.before is None
    return item if is_new and item.get("unique") else None


def _is_part(change: Change, traced: Traced, after: Catalog) -> bool:
    """Whether it follows from the same of a partitioned table, where it is told."""
    item, table = change.after, change.parent
    above = after[table].text("partition_of") if table is not None and table in after else ""
    if item is None or item.get("partition_of") or is_detached(table, traced):
        return True
    if not above:
        return False
    return any(
        other.parent is not None
        and other.parent.path == bare_name(above)
        and other.key.kind == change.key.kind
        and other.after is not None
        and other.after.get("definition") == item.get("definition")
        for other in traced.effect.changes
    )


class _Known:
    """What was refused before, and what the upgrade adds as it goes on."""

    def __init__(self, before: Catalog, released: Catalog, after: Catalog) -> None:
        self._before, self._released, self._after = before, released, after
        self._since: dict[Key, list[Object]] = {}

    def judge(self, traced: Traced, table: Key, item: Object, said: str = "") -> Refusal | None:
        """The refusal that an added object is; None where it refuses nothing new."""
        known = [*self._before.below(table), *self._since.setdefault(table, [])]
        self._since[table].append(item)
        parts = constraint(item.text("definition")) if item.key.kind == "constraint" else None
        if item.key.kind == "constraint" and parts is None:
            return None
        columns = columns_of(item, parts)
        wanted = parts is not None and parts.kind == "check" and self._is_wanted(table, parts.expression)
        is_new = bool(columns) and not any(self._is_written(table, name) for name in columns)
        if (is_new and not wanted) or is_refused(item, known):
            return None
        if item.key.kind == "column":
            return Refusal(traced, table, f"NOT NULL of {item.key.name}", _STATES["not null"])
        kind = parts.kind if parts is not None else "unique"
        word = _WORDS[kind] if parts is not None else "unique index"
        return Refusal(
            traced,
            table,
            said or f"the {word} {item.key.name}",
            _STATES[kind],
            tuple(self._instead_of(table, kind, columns)),
            wanted,
            _kept(item, parts),
        )

    def _is_wanted(self, table: Key, expression: str) -> bool:
        """Whether a CHECK wants a value in a column that is new and gets none by itself."""
        said = condition(expression)
        keys = (Key("column", table.schema, name, table.name) for name in (said.required if said else ()))
        new = [self._after[key] for key in keys if key not in self._released and key in self._after]
        return any(not any(item.get(name) is not None for name in _FILLED) for item in new)

    def _is_written(self, table: Key, name: str) -> bool:
        """Whether a running release may write the column, or what it is computed from."""
        key = Key("column", table.schema, name, table.name)
        item = self._after.get(key)
        return key in self._released or (item is not None and item.get("generated") is not None)

    def _instead_of(self, table: Key, kind: str, columns: list[str]) -> Iterator[str]:
        for item in self._before.below(table):
            parts = constraint(item.text("definition")) if item.key.kind == "constraint" else None
            now = self._after.get(item.key)
            if parts is None or parts.kind != kind or (now is not None and now.id == item.id):
                continue
            if set(columns_of(item, parts)) == set(columns):
                yield item.key.name


def _kept(item: Object, parts: Constraint | None) -> str:
    """The table whose rows a foreign key keeps from being deleted."""
    if parts is None or parts.kind != "foreign key" or " ON DELETE " in item.text("definition"):
        return ""
    return Key("table", parts.referenced_schema, parts.referenced).path
