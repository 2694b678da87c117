"""Which table is seeded when: parents first, and where they go in a circle, which keys are filled later."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from assay.scratch.seeding.catalog import Catalog, ForeignKey, Table


def ordered(catalog: Catalog, done: Collection[int]) -> Iterator[tuple[Table, tuple[ForeignKey, ...]]]:
    """Every table with rows of its own that is not `done`, and its foreign keys to fill afterwards.

    In a circle, one that can do without a parent at first goes first.
    """
    finished = set(done)
    waiting = [t for t in catalog.tables.values() if t.kind == "r" and t.oid not in finished]
    while waiting:
        blocked = {t.oid: [k for k in t.foreign_keys if _open(catalog, k, t, finished)] for t in waiting}
        ready = [t for t in waiting if not blocked[t.oid]]
        for table in ready or [min(waiting, key=lambda t: _weight(t, blocked[t.oid]))]:
            own = [k for k in table.foreign_keys if table in catalog.leaves(k.parent)]
            yield table, tuple(dict.fromkeys([*blocked[table.oid], *own]))
            finished.add(table.oid)
            waiting.remove(table)


def _open(catalog: Catalog, key: ForeignKey, table: Table, finished: Collection[int]) -> bool:
    """Whether a table that the key leads to, other than its own, is not there yet."""
    return any(t.oid not in finished and t is not table for t in catalog.leaves(key.parent))


def _weight(table: Table, blocked: list[ForeignKey]) -> tuple[int, int]:
    required = sum(not table.can_be_null(key) for key in blocked)
    return required, len(blocked)
