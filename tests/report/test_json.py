"""One JSON document, as its published schema says."""

from __future__ import annotations

import io
import json
from typing import Any

import jsonschema
import pytest
from assay import __version__
from assay.docs.schema import report_schema
from assay.model import Finding, Revision, Severity, Span, Statement
from assay.report import Report, RevisionReport, Waived, emit
from hypothesis import given, settings
from hypothesis import strategies as st

SCHEMA = report_schema()


def document(report: Report) -> Any:
    out = io.StringIO()
    emit(report, format="json", stdout=out)
    assert out.getvalue().endswith("}\n")
    assert out.getvalue().isascii()
    return json.loads(out.getvalue())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


REVISION = Revision(
    "7",
    "v/7.py",
    b"",
    ("5", "6"),
    ("label",),
    ("4",),
    message="Merge",
    create_date="2024-01-01",
    new=True,
)
STATEMENT = Statement("upgrade", "SELECT 1\n, 2", "v/7.py", 9, False, "written", (Span(9, 4), Span(10, 2)))
FINDING = Finding("LT01", "style", Severity.WARNING, "Fact.", "Advice.", "7", "v/7.py", 9, 5)


def test_every_field() -> None:
    waived = Waived(FINDING, "why")
    report = Report(
        "lint",
        (RevisionReport(REVISION, (STATEMENT,), "built-in"),),
        (FINDING,),
        (waived,),
        "main",
        ("7",),
        notes=("N.",),
    )
    found = document(report)
    jsonschema.validate(found, SCHEMA)
    finding = {
        "rule": "LT01",
        "group": "style",
        "severity": "warning",
        "revision": "7",
        "path": "v/7.py",
        "line": 9,
        "column": 5,
        "message": "Fact.",
        "advice": "Advice.",
    }
    assert found == {
        "version": 1,
        "tool": {"name": "assay", "version": __version__},
        "command": "lint",
        "verdict": {"status": "pass", "fail_on": "error", "errors": 0, "warnings": 1, "notes": 0},
        "base": "main",
        "heads": ["7"],
        "revisions": [
            {
                "id": "7",
                "path": "v/7.py",
                "down_revision": ["5", "6"],
                "branch_labels": ["label"],
                "depends_on": ["4"],
                "message": "Merge",
                "create_date": "2024-01-01",
                "new": True,
                "rendered_by": "built-in",
                "statements": [
                    {
                        "direction": "upgrade",
                        "sql": "SELECT 1\n, 2",
                        "path": "v/7.py",
                        "line": 9,
                        "lines": [9, 10],
                        "in_transaction": False,
                        "origin": "written",
                        "effect": None,
                    }
                ],
                "round_trip": None,
            }
        ],
        "findings": [finding],
        "waived": [{**finding, "reason": "why"}],
        "servers": [],
        "notes": ["N."],
    }


@pytest.mark.parametrize(
    ("downs", "expected"), [((), None), (("a",), "a"), (("a", "b"), ["a", "b"])], ids=["base", "one", "merge"]
)
def test_down_revision_is_as_alembic_has_it(downs: tuple[str, ...], expected: object) -> None:
    found = document(Report("history", (RevisionReport(Revision("7", "p", b"", downs)),)))
    assert found["revisions"][0]["down_revision"] == expected


def test_findings_are_sorted_by_revision_then_place() -> None:
    revisions = (RevisionReport(Revision("b", "2.py", b"")), RevisionReport(Revision("a", "1.py", b"")))
    places = [("a", "1.py", 3), ("b", "2.py", 9), ("b", "2.py", 2), (None, None, None)]
    findings = tuple(
        Finding("r", "history", Severity.NOTE, "", "", id_, path, line) for id_, path, line in places
    )
    found = document(Report("history", revisions, findings))
    assert [(f["revision"], f["line"]) for f in found["findings"]] == [
        (None, None),
        ("b", 2),
        ("b", 9),
        ("a", 3),
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters() | st.sampled_from("\ud800\udc00\x9b\u202e")), st.none() | st.integers())
def test_any_text_is_valid(text: str, line: int | None) -> None:
    finding = Finding(text, text, Severity.NOTE, text, text, text, text, line, line)
    statement = Statement("downgrade", text, text, 1, True, "generated")
    report = Report(text, (RevisionReport(Revision(text, text, b""), (statement,)),), (finding,), base=text)
    found = document(report)
    jsonschema.validate(found, SCHEMA)
    json.dumps(found, ensure_ascii=False).encode("utf-8")
