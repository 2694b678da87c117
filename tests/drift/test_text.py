"""The issue's Markdown: complete where it fits, cut where not, and nothing in it breaks out."""

from __future__ import annotations

import pytest
from assay.drift.model import Drift, Report, State
from assay.drift.text import ADVICE, lines, markdown


def report(
    *changes: str, name: str = "staging", state: State = "drifted", problem: str | None = None
) -> Report:
    drift = Drift(environment=name, state=state, revisions=["a2"], changes=list(changes), problem=problem)
    return Report(environments=[drift])


def test_what_differs_in_one_environment() -> None:
    assert markdown(report("table companies", "  + column website text"), 10_000) == (
        "| environment | revision | |\n|---|---|---|\n| `staging` | `a2` | **1 change** by hand |\n\n"
        "### `staging`\n\nFrom what its revision makes to what is there:\n\n"
        f"```diff\ntable companies\n+   column website text\n```\n\n{ADVICE}\n"
    )


def test_a_clean_report_has_no_advice() -> None:
    assert markdown(report(state="clean"), 10_000) == (
        "| environment | revision | |\n|---|---|---|\n| `staging` | `a2` | clean |\n"
    )


def test_nothing_breaks_out() -> None:
    text = markdown(report("```", "+ column x\n## @everyone", name="a`b|c"), 10_000)
    assert "\n````diff\n```\n+ column x\\n## @everyone\n````\n" in text
    assert "| `` a`b\\|c `` | `a2` | **1 change** by hand |" in text
    unknown = markdown(report(state="unknown", problem="<b>\n|"), 10_000)
    assert "| `staging` | `a2` | `<b>\\n\\|` |" in unknown


@pytest.mark.parametrize("limit", [700, 1_000, 2_000])
def test_it_fits_and_says_what_is_missing(limit: int) -> None:
    text = markdown(report(*(f"+ table t{n}" for n in range(500))), limit)
    shown = text.count("\n+ table ")
    assert limit - 100 < len(text) <= limit
    assert f"\n```\n\n{500 - shown} more lines are in the log of the newest run.\n" in text
    assert text.endswith(f"{ADVICE}\n")


def test_a_terminal_is_not_steered() -> None:
    assert list(lines(report("+ table \x1b[2J"))) == [
        "staging: drifted. It is not what revision a2 makes:",
        "  + table \\x1b[2J",
    ]
