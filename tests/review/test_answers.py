"""The answers: the weightiest first, the others counted, and nothing told that is not so."""

from __future__ import annotations

from typing import Any

from assay.review.answers import answers
from assay.review.model import SchemaChange

from tests.review import documents as make


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
