"""Whether a revision can be taken back, and what would be lost."""

from __future__ import annotations

from typing import Any

import pytest
from assay.report.documents import (
    EffectDocument,
    ErrorDocument,
    LostDocument,
    RevisionDocument,
    RoundTripDocument,
    WrittenDocument,
)
from assay.review.rollback import rollbacks

from tests.review import documents as make


def trip(**fields: Any) -> RoundTripDocument:
    defaults: dict[str, Any] = {
        "upgraded": True,
        "downgraded": True,
        "upgraded_again": True,
        "fingerprint_before": "a",
        "fingerprint_after": "b",
        "left_behind": [],
        "differs_again": [],
        "lost": [],
    }
    return RoundTripDocument(**{**defaults, **fields})


def up(**fields: Any) -> EffectDocument:
    return make.effect(**fields)


def revision(found: RoundTripDocument | None, *effects: EffectDocument, down: Any = None) -> RevisionDocument:
    statements = [make.statement(effect=effect) for effect in effects]
    statements.append(make.statement("DOWN", direction="downgrade", effect=down or make.effect()))
    return make.revision("a", *statements, round_trip=found)


REFUSED = ErrorDocument("23503", "violates", "fk_filings_company")
CLEAN = "up, down and up again leaves the schema and the values as they were"
WROTE = "what it wrote into the tables is not taken back"
VALUES = "the schema comes back, and values do not"

CASES: dict[str, tuple[RevisionDocument, str, str, tuple[str, ...]]] = {
    "clean": (revision(trip()), "yes", CLEAN, ()),
    "not run": (revision(None), "not known", "it did not run", ()),
    "fails": (
        revision(trip(upgraded=False, downgraded=False)), "not known", "its upgrade does not run to its end", ()
    ),
    "no downgrade": (revision(trip(downgraded=False)), "no", "its downgrade does not run", ()),
    "left behind": (
        revision(trip(left_behind=["added index i"])), "no", "the downgrade does not bring the schema back", ()
    ),
    "once only": (
        revision(trip(upgraded_again=False)),
        "no",
        "the upgrade does not run a second time, or gives another schema then",
        (),
    ),
    "with rows it fails": (
        revision(trip(refused_rows=REFUSED)),
        "not known",
        "it ran on empty tables only, where nothing was there to lose",
        (),
    ),
    "written, and not taken back": (
        revision(trip(changed=[LostDocument("t", "u", 2)]), up(rows_written=2)), "no", WROTE, ("the values of t.u",)
    ),
    "rows that stay": (revision(trip(changed=[LostDocument("t", None, 2)])), "no", WROTE, ()),
    "written, and written otherwise by the downgrade": (
        revision(
            trip(changed=[LostDocument('"T"', "u", 2)]),
            down=make.effect(rows_written=2, written=[WrittenDocument("T", True, 0, 2, 0, True)]),
        ),
        "not known",
        "the downgrade fills values in again, and not the same ones on the scratch server's rows",
        ("the values of \"T\".u",),
    ),
    "written, and seen to be restored": (
        revision(trip(), up(rows_written=2), down=make.effect(rows_written=2)), "yes", CLEAN, ()
    ),
    "no row was met": (
        revision(trip(), make.effect(make.lock("t", "RowExclusiveLock"))),
        "not known",
        "a statement that changes rows met none on the scratch server",
        (),
    ),
    "lost values": (
        revision(trip(lost=[LostDocument("t", "u", 2)]), up(dropped=["column t.u"])),
        "no",
        VALUES,
        ("the values of t.u",),
    ),
    "lost rows": (revision(trip(lost=[LostDocument("t", None, 2)])), "no", VALUES, ("the rows of t",)),
    "dropped, where no row was": (
        revision(trip(), up(dropped=["column t.u"])), "no", VALUES, ("the values of t.u",)
    ),
    "a whole table": (
        revision(trip(), up(dropped=["table t", "column t.id", "constraint t.t_pkey"])),
        "no",
        VALUES,
        ("the rows of t",),
    ),
    "a view holds nothing": (revision(trip(), up(dropped=["view v", "column v.id"])), "yes", CLEAN, ()),
    "filled again": (
        revision(trip(), up(dropped=["column t.u"]), down=make.effect(rows_written=2)), "yes", CLEAN, ()
    ),
    "filled again with something else": (
        revision(
            trip(lost=[LostDocument("t", "u", 2)]), up(dropped=["column t.u"]), down=make.effect(rows_written=2)
        ),
        "not known",
        "the downgrade fills values in again, and not the same ones on the scratch server's rows",
        ("the values of t.u",),
    ),
    "written, and rows are missing": (
        revision(trip(lost=[LostDocument("t", None, 2)]), down=make.effect(rows_written=2)),
        "no",
        VALUES,
        ("the rows of t",),
    ),
    "made and dropped by itself": (
        revision(trip(), up(created=["column t.u"]), up(dropped=["column t.u"])), "yes", CLEAN, ()
    ),
    "unobserved statements, a sound trip": (revision(trip(), up(proven=False)), "yes", CLEAN, ()),
}  # fmt: skip


@pytest.mark.parametrize(("found", "answer", "why", "lost"), CASES.values(), ids=CASES)
def test_can_it_go_back(found: RevisionDocument, answer: str, why: str, lost: tuple[str, ...]) -> None:
    (told,) = rollbacks(make.review(revisions=[found]))
    assert (told.answer, told.why, told.lost) == (answer, why, lost)
    assert told.statements == (len(found.statements) - 1,)


def test_the_rule_says_why_the_downgrade_fails() -> None:
    finding = make.finding(
        "irreversible-revision", "warning", group="reversal", revision="a", message="It says so.\nMore."
    )
    review = make.review(revisions=[revision(trip(downgraded=False))], findings=[finding])
    assert [each.why for each in rollbacks(review)] == ["It says so"]


def test_where_a_rule_says_that_values_are_lost_they_are() -> None:
    lost = revision(trip(lost=[LostDocument("t", "u", 2)]), down=make.effect(rows_written=2))
    finding = make.finding("lost-value", "warning", group="reversal", revision="a")
    (told,) = rollbacks(make.review(revisions=[lost], findings=[finding]))
    assert (told.answer, told.why) == ("no", VALUES)


def test_what_is_written_into_a_new_column_is_no_loss() -> None:
    first = make.revision("a", make.statement(effect=up(created=["column t.u"])), round_trip=trip())
    second = revision(trip(changed=[LostDocument("t", "u", 2)]), up(rows_written=2))
    assert [each.reversible for each in rollbacks(make.review(revisions=[first, second]))] == [True, True]


def test_what_an_earlier_one_made_is_no_loss() -> None:
    first = make.revision(
        "a", make.statement(effect=up(created=["table t", "column t.u"])), round_trip=trip()
    )
    second = revision(trip(), up(dropped=["table t", "column t.u"]))
    assert [each.reversible for each in rollbacks(make.review(revisions=[first, second]))] == [True, True]
