"""A rule's page as Markdown, and the list of all rules."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from assay import __version__
from assay.rules import SECTIONS, rules

FIRST_RELEASE = "0.1.0"


@dataclass(frozen=True)
class Page:
    """What a rule's page tells; the fields of `assay explain --format json`."""

    id: str
    group: str
    severity: str
    since: str
    summary: str
    page: str
    """Markdown below the summary."""


class IncompletePageError(Exception):
    """A rule's docstring lacks a section, or has them in another order."""


def every() -> Iterator[Page]:
    """Assay's own rules, by group, then by id. Raises IncompletePageError."""
    for rule in rules():
        module = importlib.import_module(f"assay.rules.{rule.group}.{rule.id.replace('-', '_')}")
        since = getattr(module, "since", FIRST_RELEASE)
        headings = tuple(re.findall(r"^## (.+)$", rule.page, re.MULTILINE))
        if headings != SECTIONS or not rule.summary:
            raise IncompletePageError(
                f"{rule.id}: the docstring has the sections {headings}, and not {SECTIONS} below a summary"
            )
        yield Page(rule.id, rule.group, rule.severity.value, since, rule.summary, rule.page)


def markdown(page: Page) -> str:
    """The whole page: the title, the facts, the summary, the sections."""
    head = "| Group | Default severity | Since |\n| --- | --- | --- |"
    facts = f"{head}\n| {page.group} | {page.severity} | {page.since} |"
    text = page.page.strip() + (_IF_EXISTS if _NEWER.search(page.page) else "")
    return f"# {page.id}\n\n{facts}\n\n{page.summary}\n\n{text}\n"


_NEWER = re.compile(r"\bif_(not_)?exists=True")
_IF_EXISTS = (
    "\n\nAlembic knows `if_exists` and `if_not_exists` of an index from 1.12 on. Before that, in SQL:\n"
    '`op.execute("DROP INDEX CONCURRENTLY IF EXISTS …")`.'
)


def listing(pages: Iterable[Page], link: str | None = None) -> str:
    """All rules as one Markdown table a group, linked as in `table`."""
    groups: dict[str, list[Page]] = {}
    for page in pages:
        groups.setdefault(page.group, []).append(page)
    parts = [f"## {group}\n\n{table(inside, link)}" for group, inside in groups.items()]
    return "\n\n".join(parts) + "\n"


def table(pages: Iterable[Page], link: str | None = None) -> str:
    """Rules as a Markdown table; `link` is the folder of their pages."""
    rows = ["| Rule | Severity | What it finds |", "| --- | --- | --- |"]
    for page in pages:
        name = f"`{page.id}`" if link is None else f"[{page.id}]({link}{page.id}.md)"
        rows.append(f"| {name} | {page.severity} | {page.summary.replace('|', chr(92) + '|')} |")
    return "\n".join(rows)


def document(pages: Iterable[Page]) -> dict[str, Any]:
    """What `assay explain --format json` prints."""
    tool = {"name": "assay", "version": __version__}
    return {"version": 1, "tool": tool, "command": "explain", "rules": [asdict(page) for page in pages]}


def sqlfluff(code: str) -> Page | None:
    """sqlfluff's own documentation of one of its rules; None when it has no such rule."""
    from sqlfluff.core.rules import get_ruleset

    found = next((m for m in get_ruleset()._register.values() if m.code == code), None)
    if found is None:
        return None
    text = _markdown(inspect.cleandoc(found.rule_class.__doc__ or found.description))
    summary, _, rest = text.partition("\n")
    origin = f"A rule of [sqlfluff](https://docs.sqlfluff.com/), where it is called `{found.name}`."
    return Page(code, "style", "error", "sqlfluff", summary, f"{origin}\n\n{rest.strip()}\n")


def _markdown(text: str) -> str:
    """sqlfluff writes reStructuredText: code blocks, bold headings, double back-ticks."""
    text = re.sub(r"^\.\. code-block:: *\w*(?:\n[ \t]+:\S.*)*", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\.\. (note|warning|hint)::", r"**\1:**", text, flags=re.MULTILINE)
    text = re.sub(r":\w+:`([^`<]*?)(?:\s*<[^>]*>)?`", r"`\1`", text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    return text.replace("``", "`").replace("•", "·")
