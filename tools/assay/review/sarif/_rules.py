"""What is said of the rules: ours from their own pages, sqlfluff's by its links."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assay.config import SQLFLUFF_CODE
from assay.report.documents import FindingDocument
from assay.review.sarif._model import Configuration, Level, Message, Rule
from assay.review.sarif._text import plain, shortened
from assay.rules import Rule as OwnRule
from assay.rules import rules

DESCRIPTION = 1_024
"""Characters of a rule's descriptions that GitHub takes."""

NAME = 255
"""Characters of a rule's name that GitHub takes."""

SQLFLUFF_PAGE = "https://docs.sqlfluff.com/en/stable/perma/rule/{}.html"
"""sqlfluff's permanent links to its rules."""

_SEVERITIES: dict[Level, str] = {"note": "recommendation", "warning": "warning", "error": "error"}
"""What GitHub calls a `problem.severity`."""

SQLFLUFF_NAME = r"[a-z_]+\.[a-z_.]+(?=:)"
"""What the rule is called, at the beginning of the message."""

_LINK = re.compile(r"\]\((https?://[^\s)]+)\)")


def described(findings: Iterable[FindingDocument]) -> list[Rule]:
    """All of Assay's rules, so that the list is the same in every file; then the others that found something,
    as severe as in the first of `findings`.
    """
    own = [_own(rule) for rule in rules()]
    known = {rule.id for rule in own}
    others: dict[str, FindingDocument] = {}
    for finding in findings:
        if rule_id(finding.rule) not in known:
            others.setdefault(rule_id(finding.rule), finding)
    return [*own, *(_other(name, others[name]) for name in sorted(others))]


def _own(rule: OwnRule) -> Rule:
    what = rule.page.partition("## What it does")[2].partition("\n## ")[0]
    link = _LINK.search(rule.page.partition("## References")[2])
    page = f"{rule.summary}\n\n{rule.page.strip()}"
    return _rule(
        rule.id,
        rule.severity.value,
        rule.summary,
        " ".join(what.replace("`", "").split()),
        page,
        tags=["database", rule.group],
        link=link[1] if link else None,
    )


def _other(name: str, finding: FindingDocument) -> Rule:
    """A rule of sqlfluff's; or, in a file of another version of Assay's, one that is not known here."""
    if re.fullmatch(SQLFLUFF_CODE, name):
        link = SQLFLUFF_PAGE.format(name)
        called = re.match(SQLFLUFF_NAME, finding.message)
        summary = f"sqlfluff's rule {name}{f', {called[0]}' if called else ''}."
        page = f"{summary} [Its page]({link}) says what it asks for, and why."
        return _rule(name, finding.severity, summary, summary, page, tags=["database", "style"], link=link)
    summary = f"The rule {name}."
    return _rule(name, finding.severity, summary, summary, summary, tags=["database"], link=None)


def _rule(
    name: str, level: Level, summary: str, description: str, page: str, *, tags: list[str], link: str | None
) -> Rule:
    return Rule(
        id=rule_id(name),
        name=rule_id(name),
        short_description=Message(text=shortened(summary, DESCRIPTION)),
        full_description=Message(text=shortened(description, DESCRIPTION)),
        default_configuration=Configuration(level=level),
        help=Message(text=page, markdown=page),
        help_uri=link,
        properties={"tags": tags, "precision": "high", "problem.severity": _SEVERITIES[level]},
    )


def rule_id(name: str) -> str:
    """A finding's rule as the file names it: never empty, and on one line."""
    return shortened(plain(name), NAME) or "unnamed"
