"""The report for people: on a terminal, and as the issue's Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assay._clean import clean
from assay.drift.model import Drift, Report

SHORT = 12
"""Digits of a fingerprint."""

ADVICE = (
    "Somebody changed the database by hand, or a revision was edited after it ran. Either write a revision"
    " that makes the change, or undo it there."
)


def lines(report: Report) -> Iterator[str]:
    """For a terminal."""
    for drift in report.environments:
        yield clean(f"{drift.environment}: {_said(drift)}")
        yield from (f"  {clean(line)}" for line in drift.changes)


def markdown(report: Report, limit: int) -> str:
    """For an issue, in `limit` characters: a table, then what differs, cut where it is too long."""
    drifted = report.of("drifted")
    head = "\n".join(_table(report))
    room = (limit - len(head) - len(ADVICE) - 16) // max(len(drifted), 1)
    parts = [head, *(_section(drift, room) for drift in drifted), *([ADVICE] if drifted else [])]
    return "\n\n".join(parts) + "\n"


def _said(drift: Drift) -> str:
    at = ", ".join(drift.revisions)
    if drift.state == "unknown":
        return f"not known. {drift.problem}"
    if drift.state == "clean":
        return f"clean. It is what revision {at} makes ({(drift.found or '')[:SHORT]})."
    return f"drifted. It is not what revision {at} makes:"


def _table(report: Report) -> Iterator[str]:
    yield "| environment | revision | |"
    yield "|---|---|---|"
    for drift in report.environments:
        said = f"{_changes(drift)} by hand" if drift.state == "drifted" else drift.problem or "clean"
        revisions = ", ".join(map(_code, drift.revisions)) or "none"
        yield f"| {_code(drift.environment)} | {revisions} | {_code(said) if drift.problem else said} |"


def _changes(drift: Drift) -> str:
    count = sum(line.lstrip()[:1] in ("+", "-", "~") for line in drift.changes)
    return f"**{count} change{'' if count == 1 else 's'}**"


def _section(drift: Drift, room: int) -> str:
    """What differs in one environment, in a fence that nothing in it can close."""
    told = [_sign_first(clean(line)) for line in drift.changes]
    fence = _fence("\n".join(told), 3)
    title = (
        f"### {_code(drift.environment)}\n\nFrom what its revision makes to what is there:\n\n{fence}diff\n"
    )
    end = f"\n{fence}"
    kept = _fitting(told, room - len(title) - len(end) - 60)
    if len(kept) < len(told):
        end = f"\n{fence}\n\n{len(told) - len(kept)} more lines are in the log of the newest run."
    return title + "\n".join(kept) + end


def _sign_first(line: str) -> str:
    """`  + column x` as `+   column x`, which GitHub colours."""
    indent = len(line) - len(line.lstrip())
    sign = line[indent : indent + 1]
    return sign + line[:indent] + line[indent + 1 :] if sign in ("+", "-") else line


def _fitting(told: Sequence[str], room: int) -> list[str]:
    kept: list[str] = []
    for line in told:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _code(text: str) -> str:
    """`text` in a table's cell: as code, where nothing of it is Markdown."""
    plain = clean(text).replace("|", "\\|")
    fence = _fence(plain, 1)
    pad = " " if "`" in plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def _fence(text: str, least: int) -> str:
    """More back-ticks than stand together anywhere in the text."""
    return "`" * max(least, 1 + max(map(len, re.findall("`+", text)), default=0))
