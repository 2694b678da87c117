"""A campaign as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.promote.chaos.campaign import Trial
from tests.promote.chaos.disturbances import DISTURBANCES
from tests.promote.chaos.process import KILLED

RESULTS = (KILLED, "unreachable", "failed", "stopped", "refused", "nothing", "applied")


def table(trials: Sequence[Trial]) -> list[str]:
    """The rows of a Markdown table: how many runs ended how, by what disturbed them."""
    counted = Counter((title, ended.result) for trial in trials for title, ended in trial.happened)
    rows: list[tuple[str, ...]] = [("what disturbed the run", "runs", *RESULTS)]
    for title in DISTURBANCES:
        rows.append(_row(title, [counted[title, result] for result in RESULTS]))
    rows.append(_row("all", [sum(counted[t, result] for t in DISTURBANCES) for result in RESULTS]))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + row[0].ljust(widths[0]) + " | "
        + " | ".join(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)) + " |"
        for row in rows
    ]  # fmt: skip
    rule = "|-" + "-" * widths[0] + "-|" + "|".join("-" * (width + 1) + ":" for width in widths[1:]) + "|"
    return [lines[0], rule, *lines[1:]]


def _row(title: str, counts: Sequence[int]) -> tuple[str, ...]:
    return (title, str(sum(counts)), *(str(count) if count else "" for count in counts))


def verdict(trials: Sequence[Trial]) -> str:
    """The sentence below it."""
    wrong = [trial for trial in trials if trial.wrong]
    if wrong:
        return f"{len(wrong)} of {len(trials)} trials did not end as an undisturbed run does."
    return (
        f"After each of {len(trials)} trials a rerun ended as an undisturbed run does: the same schema, versions,"
        " rows and ledger, each row of data written once, and no lock left."
    )
