"""The sentence to act on: true in every case, and what is not known before what is good."""

from __future__ import annotations

from typing import Any

import pytest
from assay.report.documents import ErrorDocument, LostDocument, VerdictDocument
from assay.review import markdown
from assay.review.answers import answers
from assay.review.model import Environment, Question, Size
from assay.review.verdict import judge
from assay.review.words import duration, plural, short

from tests.review import documents as make
from tests.review.test_locks import WHOLE
from tests.review.test_rollback import REFUSED, trip

MIB = 1024**2


def new(name: str = "0024", *locks: Any, lost: Any = (), **fields: Any) -> Any:
    statement = make.statement(effect=make.effect(*locks, **fields))
    return make.revision(name, statement, round_trip=trip(lost=list(lost)))


def passes(warnings: int = 0) -> VerdictDocument:
    return VerdictDocument("pass", "error", 0, warnings, 0)


def fails(errors: int = 1, warnings: int = 0) -> VerdictDocument:
    return VerdictDocument("fail", "error", errors, warnings, 0)


NODE = make.node("0024", "0023")
QUESTION = Question(
    revision="0024", path="a.py", line=1, title="t holds NULL", sql="S", expected="0", why=None
)

CASES: dict[str, tuple[dict[str, Any], str]] = {
    "no revision": ({}, "Nothing to migrate: no revision changes."),
    "safe": (
        {"revisions": [new()], "history": make.history(NODE)},
        "Safe to merge: 1 revision; no blocking locks; reversible.",
    ),
    "a moment": (
        {"revisions": [new("0024", make.lock("companies"))]},
        "Safe to merge: 1 revision; only brief locks (companies); reversible.",
    ),
    "a small table": (
        {
            "revisions": [new("0024", make.lock("t"), rewrites=["t"])],
            "sizes": {"t": Size(rows=200, bytes=MIB)},
        },
        "Safe to merge: 1 revision; only brief locks (t); reversible.",
    ),
    "a large table": (
        {
            "revisions": [new("0024", make.lock("companies"), rewrites=["companies"])],
            "sizes": {"companies": Size(rows=41_000_000, bytes=5_600 * MIB)},
            "findings": [make.finding(), make.finding("blocking-scan")],
            "verdict": fails(2),
        },
        (
            "Do not merge: 2 errors (table-rewrite, blocking-scan); 0024 rewrites companies (41 M rows, ~3 min, "
            "blocks reads and writes)."
        ),
    ),
    "every row of a large table is written": (
        {
            "revisions": [
                new("0024", make.lock("t", "RowExclusiveLock"), scans=["t"], rows_written=3, written=[WHOLE])
            ],
            "sizes": {"t": Size(rows=41_000_000, bytes=5_600 * MIB)},
        },
        (
            "Look before you merge: 0024 writes every row of t (41 M rows, ~3 min, blocks writes of the same "
            "rows)."
        ),
    ),
    "a lock, and no finding": (
        {"revisions": [new("0024", make.lock("t", "ShareLock"), scans=["t"])]},
        "Look before you merge: 0024 scans t (blocks writes).",
    ),
    "values are lost": (
        {"revisions": [new("0024", lost=[LostDocument("t", "u", 2)])]},
        (
            "Look before you merge: 0024 cannot be taken back: the schema comes back, and values do not "
            "(the values of t.u)."
        ),
    ),
    "values that the way back fills in": (
        {
            "revisions": [
                make.revision(
                    "0024",
                    make.statement(direction="downgrade", effect=make.effect(rows_written=2)),
                    round_trip=trip(lost=[LostDocument("t", "u", 2)]),
                )
            ]
        },
        (
            "Look before you merge: 0024 may not come back whole: the downgrade fills values in again, and not "
            "the same ones on the scratch server's rows (the values of t.u)."
        ),
    ),
    "real data decides": (
        {"revisions": [new()], "preflight": [QUESTION, QUESTION]},
        "Look before you merge: real data may refuse it: 2 preflight questions.",
    ),
    "does not run": (
        {"revisions": [make.revision("0024", round_trip=trip(upgraded=False))], "verdict": fails()},
        "Do not merge: 1 error; 0024 does not run.",
    ),
    "does not run with rows": (
        {"revisions": [make.revision("0024", round_trip=trip(refused_rows=REFUSED))]},
        (
            "Look before you merge: 0024 fails with rows in its tables (23503, constraint fk_filings_company), "
            "and ran on empty ones."
        ),
    ),
    "was not run": (
        {"revisions": [make.revision("0024"), make.revision("0025")]},
        "Look before you merge: 0024, 0025 were not run, so nothing is proven.",
    ),
    "unproven": (
        {"revisions": [new("0024", proven=False, unproven="its locks ended")]},
        "Look before you merge: 1 statement unproven.",
    ),
    "warnings": (
        {
            "revisions": [new()],
            "verdict": passes(2),
            "findings": [make.finding("char-column", "warning"), make.finding("lost-value", "warning")],
        },
        "Look before you merge: 2 warnings (char-column, lost-value).",
    ),
    "an edit": (
        {"history": make.history(make.node("0001", state="edited", same_sql=False))},
        "Look before you merge: 1 merged revision edited.",
    ),
    "an edit that changes nothing": (
        {"history": make.history(make.node("0001", state="edited", same_sql=True))},
        "Safe to merge: 1 merged revision edited, with the same SQL.",
    ),
    "removed and re-parented": (
        {
            "history": make.history(
                make.node("0001", state="removed"),
                make.node("0002", state="re-parented", down_revisions_before=["0001"]),
            )
        },
        "Look before you merge: 1 merged revision removed; 1 merged revision re-parented.",
    ),
    "an environment elsewhere": (
        {
            "revisions": [new()],
            "environments": [
                Environment(name="staging", at=["9999"], pending=[], unknown=["9999"]),
                Environment(name="production", at=None, pending=[], unknown=[], problem="no route"),
                Environment(name="other", at=None, pending=[], unknown=[]),
            ],
        },
        (
            "Look before you merge: staging is at 9999, which this history does not have; what production is at "
            "is not known."
        ),
    ),
    "many facts": (
        {"revisions": [new(f"{n:04}", lost=[LostDocument(f"t{n}", None, 1)]) for n in range(9)]},
        "Look before you merge: "
        + "; ".join(
            f"{n:04} cannot be taken back: the schema comes back, and values do not (the rows of t{n})"
            for n in range(5)
        )
        + "; and 4 more facts.",
    ),
}


@pytest.mark.parametrize(("fields", "text"), CASES.values(), ids=CASES)
def test_the_verdict(fields: dict[str, Any], text: str) -> None:
    assert judge(make.review(**fields)).text == text


def test_two_heads() -> None:
    review = make.review(revisions=[new()], history=make.history(NODE))
    review.history.heads_before, review.history.heads_after = ["0023"], ["0024", "0024b"]
    assert judge(review).text == "Look before you merge: 2 heads after the merge."


def test_the_answers() -> None:
    review = make.rich()
    review.environments = [
        Environment(name="staging", at=["0001"], pending=["0002", "0003"], unknown=[]),
        Environment(name="production", at=None, pending=[], unknown=[]),
    ]
    assert {each.question: each.answer for each in answers(review)} == {
        "What changes?": "2 revisions new; 1 revision edited; 1 revision re-parented; 1 revision removed; "
        "1 column renamed",
        "What locks?": "`filings` (reads and writes wait: rewrite, ~5 min); `companies` (reads and writes wait: "
        "later statement, ~5 min); `sources` (writes wait: later statement, ~5 min); not known of what was "
        "not run; not known of edited `0004`",
        "Can it go back?": "not known, both; not known of edited `0004`; no for removed `0006`",
        "What will run?": "`staging`: `0002`, `0003`; `production`: not asked; edited `0004` only where not run "
        "before; nothing on a database at removed `0006`",
        "Is anything unproven?": "`0004`, edited since it was merged; the history without `0006`; "
        "`0002`, `0003` were not run",
    }


def answer(question: str, **fields: Any) -> str:
    (told,) = (each.answer for each in answers(make.review(**fields)) if question in each.question)
    return told


def test_what_only_empty_tables_prove_is_unproven() -> None:
    ran = [make.revision("0024", round_trip=trip(refused_rows=REFUSED))]
    assert answer("unproven", revisions=ran) == (
        "`0024` with rows in its tables: on synthetic ones it fails (23503, constraint fk_filings_company)"
    )
    assert answer("go back", revisions=ran) == "not known"
    idle = new("0024", make.lock("t", "RowExclusiveLock"))
    assert (
        answer("unproven", revisions=[idle]) == "1 statement of `0024` that changes rows, for none were met"
    )
    assert judge(make.review(revisions=[idle])).text == (
        "Look before you merge: 0024 may not come back whole: a statement that changes rows met none on the "
        "scratch server."
    )
    own = ErrorDocument("", "The table\nis not " + "x" * 200)
    told = answer("unproven", revisions=[make.revision("0024", round_trip=trip(refused_rows=own))])
    assert "(The table is not xx" in told
    assert told.endswith("x…)")
    assert len(told) < 250


def test_a_time_of_several_works_is_that_of_the_hold() -> None:
    first = make.statement(effect=make.effect(make.lock("t"), rewrites=["t"]))
    again = make.lock("t", first=False)
    second = make.statement(effect=make.effect(again, make.lock("u", "ShareLock"), scans=["u"]))
    fields: dict[str, Any] = {
        "revisions": [make.revision("0024", first, second, round_trip=trip())],
        "sizes": {name: Size(rows=1_000, bytes=1_250 * MIB) for name in "tu"},
    }
    assert answer("locks", **fields) == (
        "`t` (reads and writes wait: rewrite, held ~50 s); `u` (writes wait: scan, ~10 s)"
    )
    assert "rewrites t (1.0 k rows, held ~50 s, blocks" in judge(make.review(**fields)).text


def test_writers_may_wait_longer_than_readers() -> None:
    build = make.statement(effect=make.effect(make.lock("t", "ShareLock"), index_builds=["t"]))
    rewrite = make.effect(make.lock("t", "ShareLock", first=False), make.lock("t"), rewrites=["t"])
    ran = make.revision("0024", build, make.statement(effect=rewrite), round_trip=trip())
    sizes = {"t": Size(rows=1_000, bytes=2_500 * MIB)}
    assert answer("locks", revisions=[ran], sizes=sizes) == (
        "`t` (reads and writes wait: rewrite, ~80 s, writes ~2 min)"
    )


def test_locks_of_what_broke_off_are_not_known() -> None:
    broken = make.revision("0024", round_trip=trip(upgraded=False))
    assert answer("locks", revisions=[broken]) == "not known: `0024` did not run to its end"


def test_what_failed_is_told_from_what_was_never_reached() -> None:
    failed = make.statement("FIRST", effect=make.effect(error=REFUSED, proven=False, unproven="it failed"))
    why = "the upgrade stopped before it: no"
    unreached = make.statement("SECOND", effect=make.effect(proven=False, unproven=why))
    unseen = make.statement("THIRD", effect=make.effect(proven=False, unproven="its locks ended"))
    page = markdown.render(make.review(revisions=[make.revision("0024", failed, unreached, unseen)]))
    assert "-- line 9, failed\nFIRST" in page
    assert "-- line 9, not reached\nSECOND" in page
    assert "-- line 9, unproven\nTHIRD" in page


def test_a_history_with_a_hole_is_unproven() -> None:
    edits = make.history(
        make.node("1", state="edited", same_sql=True),
        make.node("2", state="edited"),
        make.node("3", state="removed"),
    )
    hole = make.finding("missing-down-revision")
    assert answer("unproven", history=edits, findings=[hole]) == (
        "`2`, edited since it was merged; the history without `3`; a history in which a parent is missing"
    )


def test_who_waits_for_a_write_of_every_row() -> None:
    ran = new("0024", make.lock("t", "RowExclusiveLock"), scans=["t"], rows_written=3, written=[WHOLE])
    large = {"t": Size(rows=41_000_000, bytes=5_600 * MIB)}
    assert answer("locks", revisions=[ran], sizes=large) == (
        "`t` (writes of the same rows wait: write of every row, ~3 min)"
    )


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (short(950), "950"),
        (short(1_200), "1.2 k"),
        (short(41_000_000), "41 M"),
        (short(3_000_000_000), "3.0 G"),
        (duration(0.2), "< 1 s"),
        (duration(45), "45 s"),
        (duration(180), "3 min"),
        (duration(7_200), "2 h"),
        (plural(1, "index"), "1 index"),
        (plural(2, "index"), "2 indexes"),
        (plural(2, "policy"), "2 policies"),
        (plural(1_000, "statistics"), "1,000 statistics"),
    ],
    ids=lambda value: str(value),
)
def test_words(made: str, expected: str) -> None:
    assert made == expected
