"""sqlfluff's violations, read off into plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sqlfluff.core import SQLBaseError, SQLLintError, SQLParseError
from sqlfluff.core.errors import SQLUnusedNoQaWarning

from assay.style._wire import MALFORMED_NOQA, UNPARSABLE, Violation

if TYPE_CHECKING:
    from sqlfluff.core.linter.linted_file import LintedFile

    from assay.model import Origin

RAW_LENGTH = 60
"""How much of the SQL a violation quotes."""

REWRITE_LENGTH = 160
"""Longest line that is shown rewritten."""


def read(linted: LintedFile, text: str, origin: Origin) -> Iterator[Violation]:
    """What sqlfluff found in `text`, in order; past the first thing it cannot parse, nothing is judged."""
    found = linted.get_violations(filter_warning=False, warn_unused_ignores=origin == "written")
    found = [each for each in found if origin == "written" or not _is_collation(each, text)]
    broken = min((_at(each) for each in found if _is_unparsable(each)), default=None)
    first = next((each for each in found if _is_unparsable(each) and _at(each) == broken), None)
    judged = [each for each in found if broken is None or _at(each) < broken]
    rewrites = _rewrites(text, judged)
    for each in sorted([*judged, *([first] if first else [])], key=_at):
        yield _violation(each, rewrites)


def _violation(error: SQLBaseError, rewrites: dict[int, str]) -> Violation:
    line, column = _at(error)
    fixable = isinstance(error, SQLLintError) and bool(error.fixes) and not _breaks(error)
    segment = getattr(error, "segment", None)
    raw = " ".join(segment.raw.split()) if segment is not None else ""
    return Violation(
        code=_code(error),
        name=error.rule_name() if isinstance(error, SQLLintError) else "",
        description=error.desc(),
        line=line,
        column=column,
        raw=raw if len(raw) <= RAW_LENGTH else raw[: RAW_LENGTH - 1] + "…",
        warning=error.warning,
        rewrite=rewrites.get(line, "") if fixable else "",
        documented=isinstance(error, SQLLintError)
        and type(error.rule).__module__.startswith("sqlfluff.rules."),
    )


def _code(error: SQLBaseError) -> str:
    if _is_malformed_noqa(error):
        return MALFORMED_NOQA
    return UNPARSABLE if _is_unparsable(error) else error.rule_code()


def _at(error: SQLBaseError) -> tuple[int, int]:
    return max(error.line_no, 1), max(error.line_pos, 1)


def _is_unparsable(error: SQLBaseError) -> bool:
    known = isinstance(error, (SQLLintError, SQLUnusedNoQaWarning)) or _is_malformed_noqa(error)
    return not known


def _is_malformed_noqa(error: SQLBaseError) -> bool:
    return isinstance(error, SQLParseError) and error.desc().startswith("Malformed 'noqa'")


def _is_collation(error: SQLBaseError, text: str) -> bool:
    """Whether RF05 blames a collation's name, which PostgreSQL chose (`COLLATE "en_US.utf8"`)."""
    if not isinstance(error, SQLLintError) or error.rule_code() != "RF05":
        return False
    line, column = _at(error)
    before = text.split("\n")[line - 1][: column - 1]
    return re.search(r"\bCOLLATE\s+(\"?\w+\"?\.)?$", before, re.IGNORECASE) is not None


def _breaks(error: SQLLintError) -> bool:
    """Whether mending it moves line breaks; the new lines would still lack their indentation."""
    return any(
        "\n" in str(fix["edit"]) or fix["start_line_no"] != fix["end_line_no"] for fix in _fixes(error)
    )


def _fixes(error: SQLLintError) -> list[dict[str, int | str]]:
    return [fix.to_dict() for fix in error.fixes]


def _rewrites(text: str, errors: Iterable[SQLBaseError]) -> dict[int, str]:
    """The lines of `text` that sqlfluff can mend in place, mended, by their number."""
    edits: dict[int, set[tuple[int, int, str]]] = {}
    for error in errors:
        if isinstance(error, SQLLintError) and error.fixes and not _breaks(error):
            for fix in _fixes(error):
                edit = (int(fix["start_line_pos"]), int(fix["end_line_pos"]), str(fix["edit"]))
                edits.setdefault(int(fix["start_line_no"]), set()).add(edit)
    lines = text.split("\n")
    mended = {number: _mend(lines[number - 1], wanted) for number, wanted in edits.items()}
    return {number: line for number, line in mended.items() if 0 < len(line) <= REWRITE_LENGTH}


def _mend(line: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """`line` with the edits (1-based start, end, text) done from right to left; empty when two overlap.

    Two edits that each want a space at one place get one.
    """
    limit = len(line) + 1
    for start, end, text in sorted(edits, reverse=True):
        if end > limit:
            return ""
        rest = line[end - 1 :]
        line = line[: start - 1] + (text.removesuffix(" ") if rest.startswith(" ") else text) + rest
        limit = start
    return line.rstrip()
