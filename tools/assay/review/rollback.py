"""Whether each new revision can be taken back, why not, and what would be lost.

    for each in rollbacks(review):
        each.revision, each.reversible, each.why, each.lost, each.left

Pure: it reads the round trip that the scratch server made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assay.report.documents import EffectDocument, LostDocument, RevisionDocument, StatementDocument
from assay.review._holding import TABLES
from assay.review.model import Review

_FILLED = "the downgrade fills values in again, and not the same ones on the scratch server's rows"
_DATA = ("insert", "update", "delete", "merge", "with")


@dataclass(frozen=True)
class Rollback:
    """The way back of one revision."""

    revision: str
    reversible: bool | None
    """Whether the downgrade brings schema and values back; None where that is not known."""
    why: str
    """One sentence, without its full stop."""
    lost: tuple[str, ...] = ()
    """What the way back does not bring back: `the values of companies.website`, `rows of companies`."""
    left: tuple[str, ...] = ()
    """What differs afterwards from the schema before: `added index ix_companies_name`."""
    statements: tuple[int, ...] = ()
    """The downgrade: places in `RevisionDocument.statements`."""
    idle: tuple[int, ...] = ()
    """Statements of the upgrade that change rows of an old table, and met none on the scratch server."""

    @property
    def answer(self) -> str:
        """`yes`, `no` or `not known`."""
        return {True: "yes", False: "no", None: "not known"}[self.reversible]


def rollbacks(review: Review) -> tuple[Rollback, ...]:
    """Of each new revision, in the order they run."""
    findings = [f for f in (*review.waived, *review.findings) if f.group == "reversal"]
    made: set[str] = set()
    found = []
    for revision in review.revisions:
        own = {finding.rule: finding.message for finding in findings if finding.revision == revision.id}
        found.append(_rollback(revision, made, own))
        made |= {name for effect in _effects(revision, "upgrade") for name in effect.created}
    return tuple(found)


def _rollback(revision: RevisionDocument, made: set[str], told: Mapping[str, str]) -> Rollback:
    trip = revision.round_trip
    places = tuple(n for n, each in enumerate(revision.statements) if each.direction == "downgrade")
    if trip is None or not trip.upgraded:
        why = "it did not run" if trip is None else "its upgrade does not run to its end"
        return Rollback(revision.id, None, why, statements=places)
    own = [c for c in trip.changed if not {f"table {c.table}", f"column {c.table}.{c.column}"} & made]
    gone = tuple(dict.fromkeys((*map(_told, trip.lost), *_dropped(revision, made))))
    left = tuple(trip.left_behind)
    idle = tuple(n for n, each in enumerate(revision.statements) if _is_idle(each, made))
    reversible, why = _soundness(revision, told, gone, left)
    if reversible and own:
        reversible, why = _unrestored(revision, own)
    if reversible and idle:
        many = "statements that change rows" if len(idle) > 1 else "a statement that changes rows"
        reversible, why = None, f"{many} met none on the scratch server"
    lost = tuple(dict.fromkeys((*gone, *(_told(each) for each in own if each.column is not None))))
    left += tuple(f"rows added to {each.table}" for each in own if each.column is None)
    return Rollback(revision.id, reversible, why, lost=lost, left=left, statements=places, idle=idle)


def _unrestored(revision: RevisionDocument, own: list[LostDocument]) -> tuple[bool | None, str]:
    """What is said where values, or rows, that were written are there after the way back."""
    refilled = {each.table for effect in _effects(revision, "downgrade") for each in effect.written}
    if {each.table.replace('"', "") for each in own} <= refilled:
        return None, _FILLED
    return False, "what it wrote into the tables is not taken back"


def _is_idle(statement: StatementDocument, made: set[str]) -> bool:
    """Whether it locks the rows of an old table to write them, and wrote none.

    The lock says so where this statement takes it; where an earlier one holds it, only the text can.
    """
    effect = statement.effect
    if effect is None or effect.rows_written or effect.error or statement.direction != "upgrade":
        return False
    is_data = statement.sql.lstrip()[:6].lower().startswith(_DATA)
    return any(
        lock.mode == "RowExclusiveLock"
        and lock.kind in TABLES
        and lock.preexisting
        and (lock.first or is_data)
        and f"{lock.kind} {lock.relation}" not in made
        for lock in effect.locks
    )


def _soundness(
    revision: RevisionDocument, told: Mapping[str, str], lost: tuple[str, ...], left: tuple[str, ...]
) -> tuple[bool | None, str]:
    """Whether it can go back, and why; `told` is what the rules about reversal say, by rule."""
    trip = revision.round_trip
    assert trip is not None
    if not trip.downgraded:
        return False, _first_line([*told.values(), ""][0]) or "its downgrade does not run"
    if left:
        return False, "the downgrade does not bring the schema back"
    if lost and _fills(revision) and "lost-value" not in told:
        return None, _FILLED
    if lost:
        return False, "the schema comes back, and values do not"
    if not trip.upgraded_again or trip.differs_again:
        return False, "the upgrade does not run a second time, or gives another schema then"
    if trip.refused_rows is not None:
        return None, "it ran on empty tables only, where nothing was there to lose"
    return True, "up, down and up again leaves the schema and the values as they were"


def _fills(revision: RevisionDocument) -> bool:
    """Whether the downgrade writes rows, and none are missing in the end.

    As the way back of a change in steps does, from columns whose values only an application keeps equal.
    """
    trip = revision.round_trip
    missing = trip is not None and any(lost.column is None for lost in trip.lost)
    return not missing and any(effect.rows_written for effect in _effects(revision, "downgrade"))


def _dropped(revision: RevisionDocument, made: set[str]) -> Iterator[str]:
    """What held values before, is dropped, and is filled again by no statement of the downgrade."""
    if any(effect.rows_written for effect in _effects(revision, "downgrade")):
        return
    own = set(made)
    for effect in _effects(revision, "upgrade"):
        own.update(effect.created)
        gone = [name for name in effect.dropped if name not in own]
        relations = [name[len(kind) + 1 :] for name in gone for kind in TABLES if name.startswith(f"{kind} ")]
        yield from (f"the rows of {name[6:]}" for name in gone if name.startswith("table "))
        columns = [name[7:] for name in gone if name.startswith("column ")]
        yield from (f"the values of {path}" for path in columns if path.rpartition(".")[0] not in relations)


def _told(lost: LostDocument) -> str:
    return f"the rows of {lost.table}" if lost.column is None else f"the values of {lost.table}.{lost.column}"


def _effects(revision: RevisionDocument, *directions: str) -> list[EffectDocument]:
    return [each.effect for each in revision.statements if each.effect and each.direction in directions]


def _first_line(text: str) -> str:
    return text.partition("\n")[0].rstrip(".")
