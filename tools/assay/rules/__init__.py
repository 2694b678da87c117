"""Rules: one hazard, one file, one id.

A rule is a module `assay.rules.<group>.<id with underscores>`. Its docstring is its documentation page
(`docs/rules/`, `assay explain`): the first line is the summary, then the sections in `SECTIONS`, in
order. It states `severity`, and, unless the finding is made elsewhere (by sqlfluff's reader, say),
`check`, a pure function from an observation to the findings; the class that its first parameter is
annotated with says which. Adding the file adds the rule; nothing registers it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from assay.model import Finding, Severity

GROUPS = (
    "history",
    "availability",
    "data",
    "compatibility",
    "atomicity",
    "reversal",
    "design",
    "craft",
    "style",
)
"""The folders of this package, in the order in which findings are told."""

SECTIONS = ("What it does", "Why is this bad?", "Example", "Use instead", "References")
"""Headings that every rule's page has, after STYLE.md (ruff's rule documentation)."""


class Rule(Struct, frozen=True):
    """One hazard: its identity, its page, and how to look for it."""

    id: str
    group: str
    severity: Severity
    summary: str
    page: str
    """Markdown: the sections below the summary."""
    check: Callable[[Any], Iterable[Finding]] | None

    def finding(self, message: str, advice: str, **where: Any) -> Finding:
        """A finding of this rule at its default severity; `where` takes Finding's location fields."""
        return Finding(
            rule=self.id, group=self.group, severity=self.severity, message=message, advice=advice, **where
        )


@cache
def rule(group: str, rule_id: str) -> Rule:
    """The rule `rule_id` of `group`; KeyError when there is none."""
    try:
        module = importlib.import_module(f"{__name__}.{group}.{rule_id.replace('-', '_')}")
    except ModuleNotFoundError as error:
        raise KeyError(rule_id) from error
    summary, _, page = (module.__doc__ or "").partition("\n")
    return Rule(
        id=rule_id,
        group=group,
        severity=module.severity,
        summary=summary.strip(),
        page=page.strip() + "\n",
        check=getattr(module, "check", None),
    )


def rules(*groups: str) -> Iterator[Rule]:
    """Every rule of the groups (of all groups when none is named), by group, then by id."""
    for group in groups or GROUPS:
        for rule_id in _ids(group):
            yield rule(group, rule_id)


@cache
def _ids(group: str) -> tuple[str, ...]:
    package = importlib.import_module(f"{__name__}.{group}")
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    return tuple(name.replace("_", "-") for name in names if not name.startswith("_"))


def run(group: str, observed: object) -> list[Finding]:
    """What the rules of `group` that look at things of `observed`'s class find in it; the same, once."""
    found = [
        finding
        for r in rules(group)
        if r.check is not None and type(observed).__name__ in _looks_at(r.check)
        for finding in r.check(observed)
    ]
    return list(_once(found))


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What a loop makes a rule say again and again of one line is told once, with the count."""
    same: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        place = (finding.revision, finding.path, finding.line)
        same.setdefault((finding.rule, finding.severity, *place, finding.message), []).append(finding)
    for first, *others in same.values():
        times = f" ({len(others) + 1} times: this line runs more than once.)" if others else ""
        yield replace(first, message=first.message + times)


@cache
def _looks_at(check: Callable[[Any], Iterable[Finding]]) -> set[str]:
    """The classes that a check's parameter is annotated with (a string: rules postpone annotations)."""
    annotation = str(next(iter(check.__annotations__.values())))
    return {name.strip().rpartition(".")[2] for name in annotation.split("|")}
