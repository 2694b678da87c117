"""Waivers in comments, in the revision file, at the statement that they are about.

    # assay: waive LT01, CP02 until=2027-01-31 owner=@data -- the vendor's own text, kept as it came
    op.execute("CREATE extension POSTGIS")

The rules are named one by one: Assay's ids, or sqlfluff's codes or names (`LT01`, `layout.spacing`). The
reason behind `--` is mandatory; the last day of `until` still counts. The comment covers the statement that
it stands on, within, or directly above; of a compound statement (`with`, `def`, `if` …) only the header.
That is the Python statement in which the finding's line lies: for SQL in a constant, the constant's.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from msgspec import Struct

from assay.model import Finding, Revision
from assay.rules import GROUPS, rule
from assay.rules import __path__ as rule_folders
from assay.style import sqlfluff_name

COMMENT = re.compile(r"#+\s*assay\s*:\s*(?P<text>.*)", re.IGNORECASE)

SQLFLUFF_RULE = re.compile(r"([A-Z][A-Za-z]+_)?[A-Z0-9]{4}|[a-z_]+(\.[a-z_]+)+")
"""sqlfluff's codes, those of its plug-ins, and names; the rules themselves would cost its import."""

OPTIONS = ("until", "owner")


class Waiver(Struct, frozen=True):
    """One comment that could be read and is in force."""

    path: str
    line: int
    """1-based line of the comment."""
    rules: tuple[str, ...]
    reason: str
    owner: str | None
    until: date | None
    """The last day on which it holds."""
    covers: range
    """The lines of the statement that it stands at."""

    def matches(self, finding: Finding) -> str | None:
        """The name in `rules` under which `finding` is waived; None when it is not."""
        if finding.path != self.path or finding.line not in self.covers:
            return None
        return next((name for name in self.rules if name in (finding.rule, sqlfluff_name(finding))), None)


def read(revisions: Iterable[Revision], *, today: date) -> tuple[tuple[Waiver, ...], tuple[Finding, ...]]:
    """The waivers in force, and the findings about comments that are not. Broken Python has none."""
    waivers, complaints = [], []
    for revision in revisions:
        for line, text, covers in _comments(revision):
            try:
                waivers.append(_parse(revision.path, line, text, covers, today))
            except _RejectedError as rejected:
                complaints.append(rejected.finding(revision, line))
    return tuple(waivers), tuple(complaints)


class _RejectedError(Exception):
    """This comment is no waiver in force: the rule that says so, message and advice."""

    def __init__(self, rule_id: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.rule, self.message, self.advice = rule_id, message, advice

    def finding(self, revision: Revision, line: int) -> Finding:
        """The finding about the comment on `line`."""
        return rule("craft", self.rule).finding(
            self.message, self.advice, revision=revision.id, path=revision.path, line=line
        )


def _malformed(message: str, advice: str = "") -> _RejectedError:
    form = "Write `# assay: waive RULE, RULE until=YYYY-MM-DD owner=NAME -- the reason`."
    return _RejectedError("malformed-waiver", message, advice or form)


def _parse(path: str, line: int, text: str, covers: range | None, today: date) -> Waiver:
    head, _, reason = text.partition("--")
    verb, *words = re.split(r"[\s,]+", head.strip())
    if verb != "waive":
        raise _malformed(f"This comment begins like a waiver and is none: it says {verb!r}, not `waive`.")
    names = tuple(dict.fromkeys(word for word in words if word and "=" not in word))
    options = _options([word for word in words if "=" in word])
    if not names:
        raise _malformed("This waiver names no rule.")
    for name in names:
        _check_name(name)
    if covers is None:
        raise _malformed(
            "This waiver stands at no statement.", "Put it on the statement or directly above, without a gap."
        )
    if not re.search(r"\w", reason):
        raise _RejectedError(
            "waiver-without-reason",
            f"This waiver of {', '.join(names)} gives no reason, so it waives nothing.",
            f"Say why: `# assay: {head.strip()} -- the reason`.",
        )
    until = _day(options["until"]) if "until" in options else None
    if until is not None and until < today:
        raise _RejectedError(
            "expired-waiver",
            f"This waiver of {', '.join(names)} held until {until}; it waives nothing any more.",
            "Mend what it waived, or set a new date with a reason that still holds.",
        )
    return Waiver(path, line, names, reason.strip(), options.get("owner"), until, covers)


def _options(words: Iterable[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    for word in words:
        key, _, value = word.partition("=")
        if key not in OPTIONS:
            raise _malformed(f"A waiver has no option {key!r}.{_meant(key, OPTIONS)}")
        if key in options or not value:
            raise _malformed(f"This waiver's `{key}=` is {'given twice' if key in options else 'empty'}.")
        options[key] = value
    return options


def _day(value: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:  # a 31st of June
        pass
    raise _malformed(f"This waiver's `until={value}` is no date.")


def _check_name(name: str) -> None:
    if name in _own_rules() or SQLFLUFF_RULE.fullmatch(name):
        return
    if name in GROUPS:
        raise _malformed(f"{name!r} is a group of rules; a waiver names each rule.")
    if SQLFLUFF_RULE.fullmatch(name.upper()):
        raise _malformed(f"There is no rule {name!r}. Did you mean {name.upper()!r}?")
    raise _malformed(f"There is no rule {name!r}.{_meant(name, _own_rules())}")


def _meant(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def group_of(name: str) -> str:
    """The group of a rule; sqlfluff's are of `style`."""
    return _own_rules().get(name, "style")


@cache
def _own_rules() -> dict[str, str]:
    """Assay's rule ids with their groups, without importing a rule."""
    return {
        path.stem.replace("_", "-"): group
        for folder in rule_folders
        for group in GROUPS
        for path in (Path(folder) / group).glob("[!_]*.py")
    }


def _comments(revision: Revision) -> Iterator[tuple[int, str, range | None]]:
    """Each comment that looks like a waiver: its line, its text, and the lines that it covers if any."""
    try:
        source = revision.text
        if not COMMENT.search(source):
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape is Python's to tell, when it runs the file
            tree = ast.parse(source)
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError):
        return
    statements = [_lines(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    below = _code_below(tokens)
    for token in tokens:
        match = COMMENT.match(token.string) if token.type == tokenize.COMMENT else None
        if match:
            line = token.start[0]
            yield (
                line,
                match["text"].strip(),
                _at(line, statements) or _at(below.get(line), statements),
            )


def _lines(node: ast.stmt) -> range:
    """The lines of a simple statement, or of a compound statement's header."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    if not hasattr(node, "body") and not isinstance(node, ast.Match):
        return range(first, (node.end_lineno or node.lineno) + 1)
    inner = (ast.stmt, ast.ExceptHandler, ast.match_case)
    header = [each for each in ast.iter_child_nodes(node) if not isinstance(each, inner)]
    ends = [part.end_lineno or 0 for each in header for part in ast.walk(each) if isinstance(part, ast.expr)]
    return range(first, max([node.lineno, *ends]) + 1)


def _at(line: int | None, statements: Iterable[range]) -> range | None:
    """The lines of what stands on `line`: every statement of a line that has several."""
    found = [lines for lines in statements if line in lines]
    return range(min(r.start for r in found), max(r.stop for r in found)) if found else None


def _code_below(tokens: Iterable[tokenize.TokenInfo]) -> dict[int, int]:
    """For each line that holds only a comment, with comments and nothing else below it: the code's line."""
    text = {number: "" for token in tokens for number in range(token.start[0], token.end[0] + 1)}
    for token in tokens:
        if token.type not in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            for number in range(token.start[0], token.end[0] + 1):
                text[number] += "#" if token.type == tokenize.COMMENT else token.string and "x"
    below: dict[int, int] = {}
    for number in sorted(text, reverse=True):
        if text[number] == "#":
            follower = number + 1
            target = follower if text.get(follower, "").startswith("x") else below.get(follower)
            if target is not None:
                below[number] = target
    return below
