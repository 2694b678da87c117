"""The examples on the pages of the rules made here: the bad one is found, the good one is clean."""

from __future__ import annotations

import re
from datetime import date

import pytest
from assay.model import Statement
from assay.rules import SECTIONS, rule
from assay.style import Linter
from assay.waivers import apply

from .support import PATH, revision, written

MADE_HERE = [
    ("style", "malformed-noqa", {"CP01"}),
    ("style", "unparsable-sql", set()),
    ("style", "unused-noqa", set()),
    ("craft", "expired-waiver", {"CP01"}),
    ("craft", "malformed-waiver", {"CP01"}),
    ("craft", "unused-waiver", set()),
    ("craft", "waiver-without-reason", {"CP01"}),
]


def judge(linter: Linter, example: str) -> set[str]:
    statements: list[Statement] = [
        written(call[1], line=example.count("\n", 0, call.start()) + 1, column=12)
        for call in re.finditer(r'op\.execute\("(.*?)"\)', example)
    ]
    assert statements
    source = revision(example)
    found = linter.lint(statements, [source])
    return {
        f.rule for f in apply(found, [source], judged={PATH: ["style"]}, today=date(2026, 12, 1)).findings
    }


@pytest.mark.parametrize(("group", "rule_id", "also"), MADE_HERE, ids=[row[1] for row in MADE_HERE])
def test_the_examples_do_what_the_page_says(linter: Linter, group: str, rule_id: str, also: set[str]) -> None:
    page = rule(group, rule_id).page
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == list(SECTIONS)
    bad, good = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert judge(linter, bad) == {rule_id, *also}
    assert judge(linter, good) == set()
