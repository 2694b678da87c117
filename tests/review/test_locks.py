"""From where to where a lock is held, what it blocks, why it lasts and for how long."""

from __future__ import annotations

from typing import Any

import pytest
from assay.report.documents import LockDocument, StatementDocument, WrittenDocument
from assay.review.locks import Hold, holds
from assay.review.mermaid import locks
from assay.review.model import Size
from assay.stats import BYTES_PER_SECOND, PASSES

from tests.review import documents as make

GIB = BYTES_PER_SECOND * 8
"""A table that takes eight seconds to read."""


def ran(*locks: LockDocument, **fields: Any) -> StatementDocument:
    outside = {"in_transaction": fields.pop("in_transaction", True)}
    return make.statement(effect=make.effect(*locks, **fields), **outside)


def index(name: str, table: str, **fields: Any) -> LockDocument:
    given = {"mode": "AccessExclusiveLock", "first": True, "preexisting": True, **fields}
    return LockDocument(relation=name, kind="index", table=table, **given)


def told(hold: Hold) -> tuple[Any, ...]:
    return hold.relation, hold.mode.removesuffix("Lock"), hold.first, hold.last, hold.blocks, hold.why


again: dict[str, Any] = {"first": False}
WHOLE = WrittenDocument("t", preexisting=True, inserted=0, updated=3, deleted=0, whole=True)
UNSEEN = make.statement(effect=make.effect(proven=False, unproven="it did not run"))
NOT_TRACED = make.statement(effect=None)

CASES: dict[str, tuple[list[StatementDocument], list[tuple[Any, ...]]]] = {
    "a moment": (
        [ran(make.lock("t"))],
        [("t", "AccessExclusive", 0, 0, "reads and writes", "brief")],
    ),
    "a rewrite": (
        [ran(make.lock("t"), rewrites=["t"], scans=["t"])],
        [("t", "AccessExclusive", 0, 0, "reads and writes", "rewrite")],
    ),
    "a write of every row": (
        [ran(make.lock("t", "RowExclusiveLock"), scans=["t"], written=[WHOLE])],
        [("t", "RowExclusive", 0, 0, "writes of the same rows", "write of every row")],
    ),
    "a write of every row of a locked table": (
        [ran(make.lock("t")), ran(make.lock("t", **again), make.lock("t", "RowExclusiveLock"), written=[WHOLE])],
        [("t", "AccessExclusive", 0, 1, "reads and writes", "write of every row")],
    ),
    "a scan that writers wait for": (
        [ran(make.lock("t", "ShareRowExclusiveLock"), scans=["t"])],
        [("t", "ShareRowExclusive", 0, 0, "writes", "scan")],
    ),
    "an index build": (
        [ran(make.lock("t", "ShareLock"), index("i", "t"), index_builds=["i"], scans=["t"], created=["index i"])],
        [("t", "Share", 0, 0, "writes", "index build")],
    ),
    "a concurrent build, whose index nobody saw locked": (
        [ran(make.lock("t", "ShareUpdateExclusiveLock"), index_builds=["i"], in_transaction=False)],
        [("t", "ShareUpdateExclusive", 0, 0, "other schema changes", "index build")],
    ),
    "held to the end of the transaction": (
        [ran(make.lock("t")), ran(make.lock("t", **again)), ran(make.lock("t", **again))],
        [("t", "AccessExclusive", 0, 2, "reads and writes", "brief")],
    ),
    "held while a later statement works on another": (
        [ran(make.lock("t")), ran(make.lock("t", **again), make.lock("u", "ShareLock"), scans=["u"])],
        [
            ("t", "AccessExclusive", 0, 1, "reads and writes", "later statement"),
            ("u", "Share", 1, 1, "writes", "scan"),
        ],
    ),
    "taken by a statement, worked on by a later one": (
        [ran(make.lock("t")), ran(make.lock("t", **again), rewrites=["t"])],
        [("t", "AccessExclusive", 0, 1, "reads and writes", "rewrite")],
    ),
    "stronger on the way": (
        [ran(make.lock("t", "ShareLock")), ran(make.lock("t", "ShareLock", **again), make.lock("t"))],
        [
            ("t", "Share", 0, 1, "writes", "brief"),
            ("t", "AccessExclusive", 1, 1, "reads and writes", "brief"),
        ],
    ),
    "weaker on the way says nothing": (
        [ran(make.lock("t")), ran(make.lock("t", **again), make.lock("t", "ShareLock"))],
        [("t", "AccessExclusive", 0, 1, "reads and writes", "brief")],
    ),
    "let go at the end of an autocommit block": (
        [ran(make.lock("t", "ShareUpdateExclusiveLock"), in_transaction=False), ran(make.lock("t"))],
        [
            ("t", "ShareUpdateExclusive", 0, 0, "other schema changes", "brief"),
            ("t", "AccessExclusive", 1, 1, "reads and writes", "brief"),
        ],
    ),
    "over a statement that could not be observed": (
        [ran(make.lock("t")), UNSEEN, ran(make.lock("t", **again))],
        [("t", "AccessExclusive", 0, 2, "reads and writes", "not known")],
    ),
    "over what was not traced": (
        [ran(make.lock("t")), NOT_TRACED],
        [("t", "AccessExclusive", 0, 1, "reads and writes", "not known")],
    ),
    "what the revision makes itself is nobody's": (
        [ran(LockDocument(relation="n", kind="table", mode="AccessExclusiveLock", first=True, preexisting=False))],
        [],
    ),
    "nor does work on it last": (
        [
            ran(make.lock("t")),
            ran(
                make.lock("t", **again),
                LockDocument(relation="n", kind="table", mode="ShareLock", first=True, preexisting=False),
                scans=["n"],
            ),
        ],
        [("t", "AccessExclusive", 0, 1, "reads and writes", "brief")],
    ),
    "an index alone": (
        [ran(index("i", "t"))],
        [("i", "AccessExclusive", 0, 0, "reads and writes", "brief")],
    ),
    "an index whose table is locked as well": (
        [ran(make.lock("t"), index("i", "t"))],
        [("t", "AccessExclusive", 0, 0, "reads and writes", "brief")],
    ),
    "an index that is only read": ([ran(index("i", "t", mode="AccessShareLock"))], []),
    "a mode that PostgreSQL does not have": ([ran(make.lock("t", "no such lock"))], []),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), CASES.values(), ids=CASES)
def test_what_is_held(statements: list[StatementDocument], expected: list[tuple[Any, ...]]) -> None:
    review = make.review(revisions=[make.revision("a", *statements)])
    assert [told(hold) for hold in holds(review)] == expected


def test_a_write_of_every_row_takes_as_long_as_a_rewrite_and_is_drawn() -> None:
    one = make.revision("a", ran(make.lock("t", "RowExclusiveLock"), scans=["t"], written=[WHOLE]))
    review = make.review(revisions=[one], sizes={"t": Size(rows=1_000, bytes=GIB)})
    (hold,) = holds(review)
    assert hold.seconds == 8 * PASSES["rewrite"]
    assert "writes of the same rows wait" in (locks(review) or "")


def test_what_an_earlier_revision_made_is_nobodys() -> None:
    made = make.revision("a", ran(created=["table n", "index other.i", "materialized view my view"]))
    after = ran(make.lock("n"), make.lock("my view"), index("other.i", "t"), make.lock("t"), scans=["n"])
    review = make.review(revisions=[made, make.revision("b", after)])
    assert [told(hold) for hold in holds(review)] == [
        ("t", "AccessExclusive", 0, 0, "reads and writes", "brief")
    ]


def test_a_table_that_is_dropped_and_made_again_was_there() -> None:
    statements = [ran(make.lock("t"), dropped=["table t"]), ran(make.lock("t", **again), created=["table t"])]
    review = make.review(revisions=[make.revision("a", *statements)])
    assert [(hold.relation, hold.first, hold.last) for hold in holds(review)] == [("t", 0, 1)]


def test_each_direction_alone() -> None:
    down = make.statement(direction="downgrade", effect=make.effect(make.lock("u")))
    review = make.review(revisions=[make.revision("a", ran(make.lock("t")), down)])
    assert [hold.relation for hold in holds(review)] == ["t"]
    assert [(hold.relation, hold.first, hold.last) for hold in holds(review, "downgrade")] == [("u", 1, 1)]


def sized(**sizes: int) -> dict[str, Size]:
    return {name: Size(rows=size // 100, bytes=size) for name, size in sizes.items()}


@pytest.mark.parametrize(
    ("sizes", "rows", "seconds", "at_least"),
    {
        "both known": (sized(t=GIB, u=GIB), GIB // 100, 8.0 * PASSES["rewrite"] + 8.0, 40.0),
        "one known": (sized(t=GIB), GIB // 100, None, 32.0),
        "the other": (sized(u=GIB), None, None, 8.0),
        "none": ({}, None, None, 0),
    }.values(),
    ids=["both known", "one known", "the other", "none"],
)
def test_how_long(sizes: dict[str, Size], rows: int | None, seconds: float | None, at_least: float) -> None:
    statements = [
        ran(make.lock("t"), rewrites=["t"], scans=["t"]),
        ran(make.lock("t", **again), make.lock("u", "ShareLock"), scans=["u"]),
    ]
    first, _ = holds(make.review(revisions=[make.revision("a", *statements)], sizes=sizes))
    assert (first.rows, first.seconds, first.at_least) == (rows, seconds, at_least)
    assert [(work.kind, work.table, work.statement) for work in first.works] == [
        ("rewrite", "t", 0),
        ("scan", "u", 1),
    ]


def test_nothing_to_do_takes_no_time_and_the_unknown_is_not_guessed() -> None:
    brief, unknown = (
        holds(make.review(revisions=[make.revision("a", *statements)], sizes=sized(t=GIB)))[0]
        for statements in ([ran(make.lock("t"))], [ran(make.lock("t")), UNSEEN])
    )
    assert (brief.seconds, brief.lasts) == (0, False)
    assert (unknown.seconds, unknown.lasts) == (None, True)
