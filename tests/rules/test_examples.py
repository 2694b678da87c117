"""Each rule's examples: the bad ones give exactly the findings that they are marked with, the good ones none.

`examples/<rule-id>/` holds `bad.py` (and `bad_2.py` …), each standing on the revision "base", with the
mark `# finds: rule-id, other-rule(note)` on each line that something is found on and not waived; and `good.py`, or
`good_1.py`, `good_2.py` … each standing on the one before. `before.py` takes the place of
`examples/base.py`; `stats.json` is what `assay stats` would have recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from assay import rules, waivers
from assay.model import Finding
from assay.rules.data._words import knows_if_exists
from assay.stats import Stats, load_stats

from .lab import BASE, EXAMPLES, Judged, Lab

pytestmark = pytest.mark.each_version

TRACED_GROUPS = ("availability", "data", "compatibility", "atomicity", "reversal", "design")
"""Every rule of these needs examples; those of others may have some."""

ELSEWHERE = {"failing-revision", "irreversible-revision"}
"""Rules that look at more than revisions traced; other tests hold their examples."""

_MARK = re.compile(r"# finds: (.+)$")
_ONE = re.compile(r"([a-z0-9-]+)(?:\((note|warning|error)\))?$")
_IF_EXISTS = re.compile(r"\bif_(not_)?exists=True")
_REVISION = re.compile(r"^revision(?:: str)? = [\"'](.+)[\"']", re.MULTILINE)

FOLDERS = sorted(folder for folder in EXAMPLES.iterdir() if folder.is_dir() and folder.name != "__pycache__")
BAD = [file for folder in FOLDERS for file in sorted(folder.glob("bad*.py"))]
GOOD = [folder for folder in FOLDERS if list(folder.glob("good*.py"))]


def name(path: Path) -> str:
    return path.relative_to(EXAMPLES).as_posix().removesuffix(".py")


@pytest.mark.parametrize("file", BAD, ids=name)
def test_a_bad_example_gives_its_marked_findings(lab: Lab, file: Path) -> None:
    judged = judge(lab, [file])
    assert sorted(map(told, judged.findings)) == sorted(marks(file)), explained(judged)
    assert file.parent.name in {rule for _, rule, _ in marks(file)}, "it is no example of its rule"


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_a_good_example_gives_no_finding_of_any_rule(lab: Lab, folder: Path) -> None:
    judged = judge(lab, sorted(folder.glob("good*.py"), key=number))
    assert not judged.findings, explained(judged)


def test_every_rule_about_traces_has_both_examples() -> None:
    wanted = {rule.id for rule in rules.rules(*TRACED_GROUPS) if rule.check is not None} - ELSEWHERE
    assert wanted - {file.parent.name for file in BAD} == set()
    assert wanted - {folder.name for folder in GOOD} == set()


def test_every_example_is_of_a_rule() -> None:
    assert {folder.name for folder in FOLDERS} - {rule.id for rule in rules.rules()} == set()


def judge(lab: Lab, files: list[Path]) -> Judged:
    folder = files[0].parent
    before = folder / "before.py"
    sources = {"base": (before if before.is_file() else BASE).read_text("utf-8")}
    sources |= {file.stem: file.read_text("utf-8") for file in files}
    if not knows_if_exists() and any(_IF_EXISTS.search(source) for source in sources.values()):
        pytest.skip("this Alembic has no if_exists and if_not_exists of an index: 1.12 was the first")
    ids = [found[1] for file in files if (found := _REVISION.search(sources[file.stem]))]
    assert len(ids) == len(files), "each example states its `revision` as a string"
    return waived(lab.judge(sources, ids, _stats(folder)))


def waived(judged: Judged) -> Judged:
    """Without what the revisions waive, each with its reason; with what is wrong with the waivers."""
    revisions = [trip.upgrade.revision for trip in judged.tracing.trips.values()]
    groups = {revision.path: TRACED_GROUPS for revision in revisions}
    found = waivers.apply(judged.findings, revisions, judged=groups, today=date(2024, 1, 2))
    return replace(judged, findings=found.findings)


def _stats(folder: Path) -> Stats | None:
    file = folder / "stats.json"
    return load_stats(file) if file.is_file() else None


def number(file: Path) -> int:
    return int(file.stem.partition("_")[2] or 0)


def marks(file: Path) -> Iterator[tuple[int, str, str]]:
    """(line, rule, severity) of each mark."""
    severities = {rule.id: rule.severity.value for rule in rules.rules()}
    for line, text in enumerate(file.read_text("utf-8").split("\n"), 1):
        found = _MARK.search(text)
        for each in found[1].split(",") if found else ():
            one = _ONE.match(each.strip())
            assert one is not None, f"{file}:{line}: {each.strip()!r} is no mark"
            yield line, one[1], one[2] or severities[one[1]]


def told(finding: Finding) -> tuple[int, str, str]:
    return finding.line or 0, finding.rule, finding.severity.value


def explained(judged: Judged) -> str:
    """What a reader of a failure needs: the findings, and what became of each statement."""
    lines = [f"{f.path}:{f.line}: {f.rule} ({f.severity.value}): {f.message}" for f in judged.findings]
    for trip in judged.tracing.trips.values():
        lines += [f"{trip.upgrade.revision.id}: {trip.upgrade.error or 'ran'}"]
        lines += [f"  {t.statement.line}: {t.statement.sql[:90]}" for t in trip.upgrade.traced]
    return "\n".join(["", *lines])
