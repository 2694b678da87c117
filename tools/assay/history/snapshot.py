"""The revisions that one set of files makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from assay.history.files import File
from assay.history.graph import Graph
from assay.history.model import Duplicate, Problem
from assay.history.parse import Parsed, parse
from assay.model import Revision


class Snapshot(Struct, frozen=True, dict=True):
    """A history as it is in one place: the working tree, the index, a commit."""

    found: dict[str, Revision] = field(default_factory=dict)
    """By id, in file order."""
    problems: tuple[Problem, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    blobs: frozenset[str] = frozenset()
    """Git's ids of the files."""
    blob_of: dict[str, str] = field(default_factory=dict)
    """Git's id of a file's content by its path."""

    @cached_property
    def graph(self) -> Graph:
        """Of the revisions that could be read."""
        return Graph(self.found)

    @property
    def ordered(self) -> dict[str, Revision]:
        """The revisions in an order in which they can run."""
        return {each: self.found[each] for each in self.graph.order()}


class Reader:
    """Makes snapshots; a content that is in several of them is parsed once."""

    def __init__(self) -> None:
        self._parsed: dict[tuple[str, str], Parsed] = {}
        self._revisions: dict[tuple[str, str], Revision] = {}

    def snapshot(
        self, files: Iterable[File], known: Iterable[str] = (), first: Mapping[str, Revision] | None = None
    ) -> Snapshot:
        """The revisions of `files`.

        A blob that is `known` to be on the base is not examined thoroughly. Where two files claim an id, the
        one that has it in `first` keeps it, else the earlier.
        """
        claims: dict[str, list[Revision]] = {}
        problems, blob_of, known = [], {}, frozenset(known)
        for file in files:
            parsed = self._parse(file, file.blob not in known)
            blob_of[file.path] = file.blob
            problems += _problems(file, parsed)
            if parsed.id is not None:
                claims.setdefault(parsed.id, []).append(self._revision(file, parsed, parsed.id))
        for each, claim in claims.items():
            if len(claim) > 1 and first and each in first:
                claim.sort(key=lambda revision: revision.path != first[each].path)
        found = {each: claim[0] for each, claim in claims.items()}
        duplicates = [Duplicate(each, tuple(claim)) for each, claim in claims.items() if len(claim) > 1]
        blobs = frozenset(blob_of.values())
        return Snapshot(found, tuple(problems), (*duplicates, *_labels(found)), blobs, blob_of)

    def _parse(self, file: File, thorough: bool) -> Parsed:
        key = file.blob, file.path.rpartition("/")[2]
        if key not in self._parsed:
            self._parsed[key] = parse(file.source, key[1], thorough)
        return self._parsed[key]

    def _revision(self, file: File, parsed: Parsed, revision_id: str) -> Revision:
        key = file.blob, file.path
        if key not in self._revisions:
            self._revisions[key] = Revision(
                id=revision_id,
                path=file.path,
                source=file.source,
                down_revisions=parsed.down_revisions,
                branch_labels=parsed.branch_labels,
                depends_on=parsed.depends_on,
                message=parsed.message,
                create_date=parsed.create_date,
                line=parsed.line,
                down_line=parsed.down_line,
            )
        return self._revisions[key]


def marked(
    problems: Iterable[Problem], blob_of: Mapping[str, str], old: Iterable[str]
) -> tuple[Problem, ...]:
    """The problems, with `new` set on those of files whose blob is not `old`."""
    old = frozenset(old)
    return tuple(replace(each, new=blob_of[each.path] not in old) for each in problems)


def _problems(file: File, parsed: Parsed) -> list[Problem]:
    return [Problem(file.path, each.line, each.kind, each.why, parsed.id) for each in parsed.troubles]


def _labels(found: Mapping[str, Revision]) -> list[Duplicate]:
    owners: dict[str, list[Revision]] = {}
    for revision in found.values():
        for label in revision.branch_labels:
            owners.setdefault(label, []).append(revision)
    return [Duplicate(label, tuple(some), "label") for label, some in owners.items() if len(some) > 1]
