"""What stands on the terminal."""

from __future__ import annotations

from typing import Any

from assay.report.documents import LostDocument
from assay.review import text
from assay.review.model import Environment

from tests.review import documents as make
from tests.review.test_rollback import trip


def test_every_section_of_it() -> None:
    lost = trip(lost=[LostDocument("t", "u", 2)], left_behind=[f"added index i{n}" for n in range(5)])
    took = make.statement(effect=make.effect(make.lock("t")))
    fields: dict[str, Any] = {"at": None, "pending": [], "unknown": []}
    review = make.review(
        history=make.history(make.node("a", state="merged"), make.node("b", "a", head=True)),
        environments=[
            Environment(**{**fields, "name": "staging", "at": ["a"], "pending": [f"r{n}" for n in range(6)]}),
            Environment(**{**fields, "name": "demo", "at": []}),
            Environment(**{**fields, "name": "old", "at": ["9"], "unknown": ["9"]}),
            Environment(**{**fields, "name": "gone", "problem": "No route."}),
            Environment(**{**fields, "name": "production"}),
        ],
        schema=make.schema(changes=[make.renamed("column", "t.a", "b")]),
        revisions=[make.revision("b", took, round_trip=lost), make.revision("c", round_trip=trip())],
        findings=[make.finding()],
        waived=[make.waived("nobody reads it")],
        notes=["One."],
    )
    review.schema.changes[0].ddl = "ALTER TABLE t RENAME COLUMN b TO a"
    parts = dict(part.split("\n", 1) for part in text.render(review).split("\n\n")[2:-1])
    assert parts == {
        "History": "  + b  new, head  Revision b  migrations/versions/b.py",
        "Pending after the merge": "  staging  at a, will run r0, r1, r2, r3 and 2 more\n"
        "  demo  at nothing yet, will run nothing\n"
        "  old  runs nothing: 9 is not in this history\n"
        "  gone  could not be asked: No route.\n"
        "  production  not asked",
        "Schema": "  ~ ALTER TABLE t RENAME COLUMN b TO a",
        "Locks": "  b  t  AccessExclusiveLock  reads and writes wait: brief",
        "Way back": "  b  no  the downgrade does not bring the schema back; lost: the values of t.u; "
        "left behind: added index i0, added index i1, added index i2, added index i3 and 1 more\n"
        "  c  yes  up, down and up again leaves the schema and the values as they were",
        "Findings": "  error[table-rewrite]: ALTER TABLE rewrites companies.\n"
        "    --> migrations/versions/0002_add_a_currency.py:9",
    }
