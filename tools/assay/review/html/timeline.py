"""The lock timeline: which table is locked from which statement to which, as tables with wide cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assay.model import Direction
from assay.report.documents import RevisionDocument, StatementDocument
from assay.review.locks import Hold, Work
from assay.trace import MODES

COLUMNS = 24
"""Statements in one picture: revisions share one up to this many, a longer revision has its own."""


@dataclass(frozen=True)
class Column:
    """One statement."""

    revision: RevisionDocument
    place: int
    """In `RevisionDocument.statements`."""

    @property
    def statement(self) -> StatementDocument:
        """The statement itself."""
        return self.revision.statements[self.place]


@dataclass(frozen=True)
class Span:
    """Columns that belong together: a revision, or a transaction of one."""

    revision: RevisionDocument
    in_transaction: bool
    width: int


@dataclass(frozen=True)
class Cell:
    """So many columns in which a relation is locked in the same way, or not at all."""

    hold: Hold | None
    columns: Sequence[Column]
    works: Sequence[Sequence[Work]]
    """For each column, what is done to this relation there."""


@dataclass(frozen=True)
class Track:
    """One relation."""

    relation: str
    kind: str
    rows: int | None
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Panel:
    """One picture."""

    revisions: Sequence[Span]
    transactions: Sequence[Span]
    columns: Sequence[Column]
    tracks: Sequence[Track]


def panels(revisions: Sequence[RevisionDocument], holds: Sequence[Hold], direction: Direction) -> list[Panel]:
    """Pictures of the revisions that lock something, in the order they run."""
    by_revision = {id_: list(found) for id_, found in groupby(sorted(holds, key=_id), key=_id)}
    locking = [revision for revision in revisions if revision.id in by_revision]
    return [_panel(group, by_revision, direction) for group in _together(locking, direction)]


def strength(hold: Hold) -> int:
    """The stronger the mode, the higher."""
    return MODES.index(hold.mode) if hold.mode in MODES else -1


def _id(hold: Hold) -> str:
    return hold.revision


def _together(
    revisions: Iterable[RevisionDocument], direction: Direction
) -> Iterator[list[RevisionDocument]]:
    group: list[RevisionDocument] = []
    used = 0
    for revision in revisions:
        count = sum(each.direction == direction for each in revision.statements)
        if group and used + count > COLUMNS:
            yield group
            group, used = [], 0
        group.append(revision)
        used += count
    if group:
        yield group


def _panel(group: Sequence[RevisionDocument], holds: dict[str, list[Hold]], direction: Direction) -> Panel:
    columns = [
        Column(revision, place)
        for revision in group
        for place, each in enumerate(revision.statements)
        if each.direction == direction
    ]
    own = [hold for revision in group for hold in holds[revision.id]]
    worst = sorted(own, key=lambda hold: (-strength(hold), not hold.lasts))
    relations = {hold.relation: hold for hold in reversed(worst)}
    return Panel(
        _spans(columns, lambda column: (column.revision.id,)),
        _spans(columns, lambda column: (column.revision.id, column.statement.in_transaction)),
        columns,
        [
            Track(name, relations[name].kind, relations[name].rows, _cells(columns, own, name))
            for name in dict.fromkeys(hold.relation for hold in worst)
        ],
    )


def _spans(columns: Sequence[Column], key: Callable[[Column], object]) -> list[Span]:
    runs = [list(run) for _, run in groupby(columns, key=key)]
    return [Span(run[0].revision, run[0].statement.in_transaction, len(run)) for run in runs]


def _cells(columns: Sequence[Column], holds: Sequence[Hold], relation: str) -> list[Cell]:
    own = [hold for hold in holds if hold.relation == relation]
    paired = [(_strongest(own, column), column) for column in columns]
    runs = [list(run) for _, run in groupby(paired, key=lambda pair: id(pair[0]))]
    return [_cell(run[0][0], [column for _, column in run]) for run in runs]


def _cell(hold: Hold | None, columns: list[Column]) -> Cell:
    return Cell(hold, columns, [_works(hold, column) for column in columns])


def _strongest(holds: Iterable[Hold], column: Column) -> Hold | None:
    held = [
        hold
        for hold in holds
        if hold.revision == column.revision.id and hold.first <= column.place <= hold.last
    ]
    return max(held, key=strength, default=None)


def _works(hold: Hold | None, column: Column) -> list[Work]:
    works = hold.works if hold is not None else ()
    return [work for work in works if work.statement == column.place and hold and work.table == hold.relation]
