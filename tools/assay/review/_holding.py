"""Reads the locks of a revision's statements as what is held from one statement to another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assay.model import Direction
from assay.report.documents import EffectDocument, LockDocument, RevisionDocument, StatementDocument
from assay.review._hold import Blocks, Hold, Kind, Why, Work
from assay.stats import Stats
from assay.trace import BLOCKS_READS, BLOCKS_WRITES, MODES

TABLES = ("table", "partitioned table", "materialized view", "view", "foreign table")
"""Relations of which every lock is told; of the rest (indexes, sequences) those that block somebody."""

HEAVIEST: tuple[Kind, ...] = ("rewrite", "write of every row", "index build", "scan")
"""Work that takes the longer the larger the table is. What is heavier includes what is lighter."""

_AT_WORK = frozenset(MODES[3:])
"""Modes that a statement takes on the table it works on: SHARE UPDATE EXCLUSIVE and stronger."""


@dataclass(frozen=True)
class Reader:
    """One revision in one direction, as its document tells what it did."""

    revision: RevisionDocument
    direction: Direction
    sizes: Stats
    made: frozenset[str]
    """What earlier revisions made."""

    def holds(self) -> list[Hold]:
        """Its locks on what existed before, without those that others cover."""
        indexes = made_by(self.revision, ("index",))
        found = [
            self._hold(lock, n)
            for n, each in enumerate(self.revision.statements)
            for lock in (each.effect.locks if each.effect and each.direction == self.direction else ())
            if lock.first and self._is_old(lock) and _told(lock) and lock.relation not in indexes
        ]
        return [hold for hold in found if not any(_covers(other, hold) for other in found)]

    def _hold(self, lock: LockDocument, first: int) -> Hold:
        last = self._last(lock, first)
        during = self.revision.statements[first : last + 1]
        done = tuple(work for n, each in enumerate(during, first) for work in self._works(each, n))
        known = [work.seconds for work in done if work.seconds is not None]
        unseen = any(map(_is_unseen, during))
        why = _why(lock, done, unseen)
        blocks = blocked(lock.mode)
        if lock.mode == "RowExclusiveLock" and why == "write of every row":
            blocks = "writes of the same rows"
        return Hold(
            revision=self.revision.id,
            direction=self.direction,
            relation=lock.relation,
            kind=lock.kind,
            table=lock.table,
            mode=lock.mode,
            first=first,
            last=last,
            blocks=blocks,
            why=why,
            works=done,
            rows=self.sizes.rows(lock.table or lock.relation),
            seconds=sum(known) if len(known) == len(done) and not unseen else None,
            at_least=sum(known),
        )

    def _last(self, lock: LockDocument, first: int) -> int:
        """The last statement that still holds it: those that follow list it, or could not be looked at."""
        last, statements = first, self.revision.statements
        for n in range(first + 1, len(statements)):
            each = statements[n]
            if not (
                each.direction == self.direction and each.in_transaction and statements[last].in_transaction
            ):
                break
            if not (_is_unseen(each) or _keeps(each.effect, lock)):
                break
            last = n
        return last

    def _works(self, statement: StatementDocument, place: int) -> list[Work]:
        """What the statement does with whole tables in use, the heaviest for each of them."""
        effect, kinds = statement.effect, dict[str, Kind]()
        if effect is None:
            return []
        new = {k.table or k.relation for k in effect.locks if not self._is_old(k)}
        for kind in HEAVIEST:
            for table in _worked_on(effect, kind):
                if table not in new | self.made:
                    kinds.setdefault(table, kind)
        return [Work(kind, table, place, self._seconds(table, kind)) for table, kind in kinds.items()]

    def _seconds(self, table: str, kind: Kind) -> float | None:
        """A write of every row moves as much as a rewrite."""
        return self.sizes.seconds(table, "rewrite" if kind == "write of every row" else kind)

    def _is_old(self, lock: LockDocument) -> bool:
        return lock.preexisting and not {lock.relation, lock.table} & self.made


def _why(lock: LockDocument, done: tuple[Work, ...], unseen: bool) -> Why:
    own = [work.kind for work in done if work.table in (lock.relation, lock.table)]
    for kind in HEAVIEST:
        if kind in own:
            return kind
    if done:
        return "later statement"
    return "not known" if unseen else "brief"


def _covers(other: Hold, hold: Hold) -> bool:
    """Whether `other` blocks as much for all that time, and more or for longer or more than an index."""
    if other is hold or other.relation not in (hold.relation, hold.table):
        return False
    stronger = MODES.index(other.mode) - MODES.index(hold.mode)
    longer = (hold.first - other.first) + (other.last - hold.last)
    more = stronger + longer > 0 or other.relation == hold.table
    return stronger >= 0 and other.first <= hold.first and other.last >= hold.last and more


def _told(lock: LockDocument) -> bool:
    return lock.mode in MODES and (lock.kind in TABLES or lock.mode in BLOCKS_WRITES)


def _keeps(effect: EffectDocument | None, lock: LockDocument) -> bool:
    locks = effect.locks if effect is not None else ()
    return any(each.relation == lock.relation and each.mode == lock.mode for each in locks)


def _is_unseen(statement: StatementDocument) -> bool:
    return statement.effect is None or not statement.effect.proven


def made_by(revision: RevisionDocument, kinds: Iterable[str]) -> frozenset[str]:
    """What the revision's upgrade makes of these kinds."""
    effects = [each.effect for each in revision.statements if each.direction == "upgrade" and each.effect]
    names = [name for effect in effects for name in effect.created]
    starts = [f"{kind} " for kind in kinds]
    return frozenset(name[len(start) :] for name in names for start in starts if name.startswith(start))


def _worked_on(effect: EffectDocument, kind: Kind) -> list[str]:
    if kind == "rewrite":
        return effect.rewrites
    if kind == "write of every row":
        return [written.table for written in effect.written if written.whole and written.preexisting]
    return effect.scans if kind == "scan" else _indexed(effect)


def _indexed(effect: EffectDocument) -> list[str]:
    """The tables whose indexes are built: as the locks on the indexes say, else those the statement is at."""
    if not effect.index_builds:
        return []
    named = [k.table for k in effect.locks if k.table is not None and k.relation in effect.index_builds]
    own = [k.relation for k in effect.locks if k.kind in TABLES and k.first and k.mode in _AT_WORK]
    return list(dict.fromkeys(named or own))


def blocked(mode: str) -> Blocks:
    """What has to wait for a lock."""
    if mode in BLOCKS_READS:
        return "reads and writes"
    return "writes" if mode in BLOCKS_WRITES else "other schema changes"
