"""What a part of a plan locks, why it may last, and how long it takes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.promote import PlanLock
from assay.stats import Stats, Work
from assay.trace import MODES, Effect, LockMode

TABLES = ("table", "partitioned table", "materialized view", "view", "foreign table")

WEAKEST = MODES.index("RowExclusiveLock")
"""Of what is told: reading disturbs nobody."""

_SAID: dict[Work, str] = {
    "rewrite": "it is written anew",
    "index build": "an index is built on it",
    "scan": "it is read from end to end",
}
"""Heaviest first; what is heavier includes what is lighter."""


def locks(effects: Sequence[Effect]) -> tuple[PlanLock, ...]:
    """The strongest lock on each table that existed before the plan, sorted by name."""
    held: dict[str, LockMode] = {}
    for effect in effects:
        for lock in effect.locks:
            name, mode = lock.relation.name, lock.mode
            if not lock.relation.busy or lock.relation.kind not in TABLES or MODES.index(mode) < WEAKEST:
                continue
            if name not in held or MODES.index(mode) > MODES.index(held[name]):
                held[name] = mode
    done = [work for effect in effects for work in works(effect)]
    return tuple(PlanLock(relation=name, mode=held[name], why=_why(name, done)) for name in sorted(held))


def seconds(effects: Sequence[Effect], stats: Stats | None) -> float | None:
    """How long the work on whole tables takes together; None where a table's size is not known."""
    if stats is None:
        return None
    known = [stats.seconds(table, work) for effect in effects for table, work in works(effect)]
    return None if None in known else round(sum((each for each in known if each is not None), 0.0), 1)


def works(effect: Effect) -> Iterator[tuple[str, Work]]:
    """The tables in use that a statement goes through as a whole, with the heaviest that it does to each."""
    told: set[str] = set()
    written = [each.relation for each in effect.written if each.whole]
    groups: tuple[tuple[Work, list[tuple[str | None, bool]]], ...] = (
        ("rewrite", [(r.name, r.busy) for r in (*effect.rewrites, *written)]),
        ("index build", [(r.table, r.busy) for r in effect.index_builds]),
        ("scan", [(r.name, r.busy) for r in effect.scans]),
    )
    for work, relations in groups:
        for table, busy in relations:
            if busy and table is not None and table not in told:
                told.add(table)
                yield table, work


def _why(name: str, done: Sequence[tuple[str, Work]]) -> str:
    own = {work for table, work in done if table == name}
    for work, said in _SAID.items():
        if work in own:
            return said
    others = sorted({table for table, _ in done})
    return f"held while {', '.join(others)} is worked on" if others else ""
