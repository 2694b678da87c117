"""The answers: the weightiest first, the others counted, and nothing told that is not so."""

from __future__ import annotations

from typing import Any

from assay.report.documents import LostDocument
from assay.review.answers import answers
from assay.review.model import Environment, Review, SchemaChange, Size
from assay.review.verdict import judge
from assay.review.words import about

from tests.review import documents as make
from tests.review.test_rollback import trip


def _changed(kind: str, mark: Any, count: int = 1) -> list[SchemaChange]:
    made = {"kind": kind, "table": None, "mark": mark, "renamed_from": None, "ddl": ""}
    return [SchemaChange(name=f"{kind}{n}", **made) for n in range(count)]


def _what_changes(*changes: list[SchemaChange]) -> str:
    review = make.review(schema=make.schema(changes=[each for every in changes for each in every]))
    return answers(review)[0].answer


def test_what_goes_is_told_before_what_is_many() -> None:
    assert (
        _what_changes(
            _changed("column", "added", 6),
            _changed("constraint", "added", 5),
            _changed("index", "added", 4),
            _changed("function", "changed", 3),
            _changed("column", "removed", 2),
            _changed("view", "removed"),
            _changed("table", "removed"),
        )
        == "1 view removed; 1 table removed; 2 columns removed; 6 columns added; 12 other objects"
    )


def test_new_tables_are_told_before_what_they_hold() -> None:
    made = [_changed(kind, "added", 300) for kind in ("column", "constraint", "index", "sequence", "policy")]
    said = _what_changes(*made, _changed("table", "added", 60))
    assert said.startswith("60 tables added; 300 columns added; ")
    assert said.endswith("; 600 other objects")


def _builds(count: int) -> Review:
    """Revisions that each build an index on the same table."""
    build = make.effect(make.lock("companies", "ShareLock"), index_builds=["companies"])
    return make.review(
        revisions=[
            make.revision(f"{n:04}", make.statement(effect=build), round_trip=trip()) for n in range(count)
        ],
        sizes={"companies": Size(rows=41_000_000, bytes=5_600 * 1024**2)},
    )


def test_the_same_lock_of_many_revisions_is_one_fact() -> None:
    (fact,) = judge(_builds(60)).facts
    assert fact.startswith("60 revisions build an index on companies (41 M rows, ~")
    assert fact.endswith(" each, blocks writes)")
    (fact,) = judge(_builds(1)).facts
    assert fact.startswith("0000 builds an index on companies (41 M rows, ~")
    assert "each" not in fact


def test_what_locks_says_how_many_times() -> None:
    said = answers(_builds(60))[1].answer
    assert said.startswith("`companies` (writes wait: index build, 60 times, up to ~")
    assert said.endswith(" each)")


def test_the_same_way_back_is_one_fact() -> None:
    lost = [LostDocument("t", "u", 2)]
    review = make.review(revisions=[make.revision(f"{n}", round_trip=trip(lost=lost)) for n in range(60)])
    (fact,) = judge(review).facts
    assert fact.startswith("0, 1, 2 and 57 more cannot be taken back: ")
    assert answers(review)[2].answer == "no, all 60; lost: the values of t.u"


def test_both_and_all() -> None:
    def said(count: int) -> str:
        revisions = [make.revision(f"{n}", round_trip=trip()) for n in range(count)]
        return answers(make.review(revisions=revisions))[2].answer

    assert [said(n) for n in (1, 2, 3)] == ["yes", "yes, both", "yes, all 3"]


def test_environments_that_will_run_the_same_are_told_together() -> None:
    every = [Environment(name=f"e{n}", at=["a"], pending=["b"], unknown=[]) for n in range(8)]
    every.append(Environment(name="old", at=["a"], pending=[], unknown=[]))
    said = answers(make.review(environments=every))[3].answer
    assert said == "`e0`, `e1`, `e2`, `e3` and 4 more: `b`; `old`: nothing"
    for n, each in enumerate(every):
        each.pending = [f"r{n}"]
    assert answers(make.review(environments=every))[3].answer.endswith(
        "`e3`: `r3`; 5 more environments, told below"
    )


def test_what_a_changed_history_means_where_nothing_is_new() -> None:
    edited = make.review(history=make.history(make.node("a", state="edited", same_sql=False)))
    removed = make.review(history=make.history(make.node("a", state="removed")))
    same = make.review(history=make.history(make.node("a", state="edited", same_sql=True)))
    assert [[each.answer for each in answers(review)[1:4]] for review in (edited, removed, same)] == [
        [
            "not known of edited `a`",
            "not known of edited `a`",
            "edited `a` only where not run before",
        ],
        [
            "nothing that anybody waits for",
            "no for removed `a`",
            "nothing on a database at removed `a`",
        ],
        ["nothing that anybody waits for", "nothing new to take back", "no new revision"],
    ]


def test_less_than_a_second_is_no_estimate() -> None:
    assert (about(0.2), about(45)) == ("< 1 s", "~45 s")
