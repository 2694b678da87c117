"""What the templates show, put into the shapes that they need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assay.model import Direction
from assay.report.documents import EffectDocument, FindingDocument, RevisionDocument, StatementDocument
from assay.review.html.code import fair_limit
from assay.review.model import Review, SchemaChange
from assay.review.state import State, state
from assay.review.whole import folded
from assay.trace import BLOCKS_READS, BLOCKS_WRITES, MODES

_OWN = MODES[3:]
"""SHARE UPDATE EXCLUSIVE and stronger: what reading and writing rows does not take."""

OPEN_STATEMENTS = 40
"""Up to so many the SQL of every revision stands open."""

LINKED_STATEMENTS = 2_000
"""Up to so many each statement links to its line; beyond, its revision does: links take the most room."""


@dataclass(frozen=True)
class Entry:
    """A statement in the listing."""

    id: str
    statement: StatementDocument
    findings: Sequence[FindingDocument]


@dataclass(frozen=True)
class Listing:
    """The statements of one revision in one direction."""

    revision: RevisionDocument
    direction: Direction
    entries: Sequence[Entry]

    @property
    def unseen(self) -> Counter[State]:
        """How many failed, were not reached, could not be observed, did not run."""
        found = Counter(state(entry.statement) for entry in self.entries)
        del found["seen"]
        return found


@dataclass(frozen=True)
class Sql:
    """All statements; upgrades in the order they run, downgrades in theirs."""

    upgrades: Sequence[Listing]
    downgrades: Sequence[Listing]
    ids: Mapping[tuple[str, int], str]
    """By revision and place in `RevisionDocument.statements`: the anchor on the page."""
    by_revision: Mapping[str, RevisionDocument]
    limit: int
    """Characters of a statement that are shown."""
    count: int
    many: bool
    linked: bool


@dataclass(frozen=True)
class ObjectGroup:
    """Schema changes of one table, or of what stands alone."""

    table: str | None
    changes: Sequence[SchemaChange]


def sql(review: Review) -> Sql:
    """The listing."""
    every = [each for revision in review.revisions for each in revision.statements]
    ids = {
        (revision.id, place): f"s{n}-{place}"
        for n, revision in enumerate(review.revisions)
        for place in range(len(revision.statements))
    }
    return Sql(
        upgrades=list(_listings(review, ids, "upgrade")),
        downgrades=list(_listings(review, ids, "downgrade"))[::-1],
        ids=ids,
        by_revision={revision.id: revision for revision in review.revisions},
        limit=fair_limit(len(each.sql) for each in every),
        count=len(every),
        many=len(every) > OPEN_STATEMENTS,
        linked=len(every) <= LINKED_STATEMENTS,
    )


def worst_first(findings: Sequence[FindingDocument]) -> list[FindingDocument]:
    """Errors, then warnings, then notes; each in the order of the document."""
    return sorted(findings, key=lambda finding: ("error", "warning", "note").index(finding.severity))


def object_groups(changes: Sequence[SchemaChange]) -> list[ObjectGroup]:
    """Changes by table, in the order of the document."""
    groups: dict[str | None, list[SchemaChange]] = {}
    for change in changes:
        groups.setdefault(change.table, []).append(change)
    return [ObjectGroup(table, folded(found)) for table, found in groups.items()]


def facts(effect: EffectDocument) -> Iterator[tuple[str, str]]:
    """What a statement did, each with its class of the style sheet; work on what is new is no trouble."""
    old = {lock.relation for lock in effect.locks if lock.preexisting}
    if effect.error is not None:
        code = f" ({effect.error.sqlstate})" if effect.error.sqlstate else ""
        yield "bad", f"fails: {effect.error.message}{code}"
    for tone, verb, names in (
        ("bad", "rewrites", effect.rewrites),
        ("bad", "truncates", effect.truncated),
        ("warn", "builds", effect.index_builds),
        ("warn", "scans", effect.scans),
    ):
        yield from ((tone if _is_old(effect, name, old) else "", f"{verb} {name}") for name in names)
    if effect.rows_written:
        yield "", "writes rows"
    changes = (
        ("+", effect.created),
        ("\N{MINUS SIGN}", effect.dropped),
        ("~", effect.altered),
        (">", effect.renamed),
    )
    yield from (("", f"{sign} {_few(_outermost(names))}") for sign, names in changes if names)


def _is_old(effect: EffectDocument, name: str, old: set[str]) -> bool:
    """Whether a table, or the table of an index, existed before the revision; where in doubt it did."""
    tables = [lock.table for lock in effect.locks if lock.relation == name and lock.table]
    known = {lock.relation for lock in effect.locks}
    return any(each in old or each not in known for each in tables or [name])


def _outermost(names: Sequence[str]) -> list[str]:
    """Objects without those that stand below a table that is among them."""
    tables = tuple(f"{name[6:]}." for name in names if name.startswith("table "))
    return (
        [name for name in names if not name.partition(" ")[2].startswith(tables)] if tables else list(names)
    )


def strong_locks(effect: EffectDocument) -> list[tuple[str, str]]:
    """By mode, the relations that the statement locks and that existed before; the strongest mode first."""
    found: dict[str, list[str]] = {}
    for lock in effect.locks:
        if lock.first and lock.preexisting and lock.mode in _OWN and lock.kind not in ("index", "sequence"):
            found.setdefault(lock.mode, []).append(lock.relation)
    return [(mode, _few(found[mode])) for mode in reversed(_OWN) if mode in found]


def blocking(mode: str) -> str:
    """The class of the style sheet for what a lock blocks."""
    return "all" if mode in BLOCKS_READS else "writes" if mode in BLOCKS_WRITES else "ddl"


def _few(names: Sequence[str], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _listings(review: Review, ids: Mapping[tuple[str, int], str], direction: Direction) -> Iterator[Listing]:
    places: dict[tuple[str | None, int | None], list[FindingDocument]] = {}
    for finding in review.findings:
        places.setdefault((finding.path, finding.line), []).append(finding)
    for revision in review.revisions:
        entries = [
            Entry(ids[revision.id, n], each, places.get((each.path, each.line), ()))
            for n, each in enumerate(revision.statements)
            if each.direction == direction
        ]
        yield Listing(revision, direction, entries)
