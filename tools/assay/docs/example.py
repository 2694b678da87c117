"""The example of docs/json.md: a real document, made by the code that makes all of them."""

from __future__ import annotations

import json

from assay.model import Revision, Severity, Span, Statement
from assay.report import Report, RevisionReport

_SOURCE = b'''"""Add a currency to companies"""
revision = "0007"
down_revision = "0006"


def upgrade():
    op.execute("UPDATE companies SET currency = 'CAD'")
'''


def example() -> str:
    """One revision, one statement, one finding."""
    from assay.model import Finding
    from assay.report._json import document

    path = "migrations/versions/0007_add_a_currency_to_companies.py"
    revision = Revision("0007", path, _SOURCE, ("0006",), message="Add a currency to companies", new=True)
    sql = "UPDATE companies SET currency = 'CAD'"
    statement = Statement("upgrade", sql, path, 7, True, "written", (Span(7, 16),))
    message = "Expected only single space before naked identifier. Found '  '."
    finding = Finding(
        "LT01", "style", Severity.WARNING, message, "Remove one space.", "0007", path, line=7, column=23
    )
    report = Report(
        "lint",
        (RevisionReport(revision, (statement,), "env.py"),),
        (finding,),
        base="origin/main",
        heads=("0007",),
    )
    text = document(report, Severity.ERROR)
    json.loads(text)
    return text
