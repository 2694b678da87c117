"""A review: everything that a pull request changes, as one document. The structs are the format.

`assay review --format json` writes it, every other format is made from it and from nothing else, and the
workflow that posts the comment reads it back as what it is by then: a stranger's file. So `read` checks all
of it, and whoever prints a string of it takes that for hostile.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from assay import __version__
from assay.errors import UsageError
from assay.report.documents import (
    FindingDocument,
    RevisionDocument,
    ToolDocument,
    VerdictDocument,
    WaivedDocument,
    dumped,
)

FORMAT_VERSION: Literal[1] = 1
"""Raised when a field goes away or changes its meaning; never for one that is added."""

READ_BYTES = 64 * 1024**2
"""The largest document that is read: some 50 times that of 300 revisions."""

Sha = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]
"""A commit: SHA-1 or SHA-256."""

Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""PostgreSQL's `bigint` holds it, and so does a float's range."""

Mark = Literal["added", "removed", "changed", "renamed", "unchanged"]


class Source(msgspec.Struct, kw_only=True):
    """Where the change stands; what is not known is null, and then nothing links there."""

    server_url: str | None = None
    """`https://github.com`, or a GitHub Enterprise server's."""
    repository: str | None = None
    """`owner/name`."""
    pull: int | None = None
    """The pull request's number."""
    base_ref: str | None = None
    """What "new" was measured against, as it was named."""
    base_commit: Sha | None = None
    head_commit: Sha | None = None
    run_url: str | None = None
    """The workflow run, where the complete report is kept."""
    uncommitted: bool = False
    """The working tree had changes that no commit has: links may point beside the mark."""


class Node(msgspec.Struct, kw_only=True):
    """A revision in the part of the history that changed, or next to it."""

    id: str
    message: str
    path: str
    """Relative to the git top level."""
    down_revisions: list[str]
    depends_on: list[str]
    branch_labels: list[str]
    state: Literal["merged", "new", "edited", "re-parented", "removed"]
    """Against the base; `edited`: the base has it with other content."""
    same_sql: bool | None = None
    """Of an edited one: whether it still renders to the same SQL; null where that is not known."""
    head: bool = False
    """Of the history after the merge."""
    was_head: bool = False
    """Of the base's history."""
    down_revisions_before: list[str] | None = None
    """On the base, where they were others."""


class HistoryDiff(msgspec.Struct, kw_only=True):
    """What happened to the history."""

    heads_before: list[str]
    """Of the base as it is now."""
    heads_after: list[str]
    """Once this is merged into it."""
    revisions_before: int
    """How many the base has."""
    revisions_after: int
    nodes: list[Node]
    """Those that changed, in the order they run, and the merged ones that they stand on."""


class Environment(msgspec.Struct, kw_only=True):
    """A database to promote to, and what this merge would roll out to it."""

    name: str
    at: list[str] | None
    """The revisions in its `alembic_version`; null where it was not asked."""
    pending: list[str]
    """What `alembic upgrade heads` would run there after the merge, in order: new or merged before. Nothing
    where `unknown` ones keep it from running, or where it was not asked."""
    unknown: list[str]
    """Revisions it is at that this history does not have."""
    problem: str | None = None
    """Why it could not be asked."""


class SchemaChange(msgspec.Struct, kw_only=True):
    """What happened to one object between the base's schema and the head's."""

    kind: str
    """`table`, `column`, `index`, `enum` …"""
    name: str
    """As a person writes it: `companies.website`, `other.companies`."""
    table: str | None
    """The table (view, domain) it stands below or is itself; null for what stands alone."""
    mark: Literal["added", "removed", "changed", "renamed"]
    renamed_from: str | None
    ddl: str
    """For reading; it is not run."""
    ddl_before: str | None = None
    """Of a view or a function whose definition changed: `ddl` as it was, to hold them against each other."""


class DiagramColumn(msgspec.Struct, kw_only=True):
    """One column of a table in the diagram."""

    name: str
    type: str
    mark: Mark
    nullable: bool
    primary: bool
    foreign: bool


class DiagramTable(msgspec.Struct, kw_only=True):
    """A changed table, or a neighbour of one: a foreign key leads to it or comes from it."""

    name: str
    mark: Mark
    columns: list[DiagramColumn]
    """Of a neighbour: its primary key and the columns of the foreign keys in question."""


class DiagramLink(msgspec.Struct, kw_only=True):
    """A foreign key between two tables of the diagram."""

    name: str
    child: str
    columns: list[str]
    parent: str
    parent_columns: list[str]
    mark: Mark
    optional: bool
    """One of the columns may be null."""
    unique: bool
    """At most one row of the child for each of the parent."""


class Schema(msgspec.Struct, kw_only=True):
    """The schema at base and head, compared as catalogs."""

    fingerprint_before: str | None
    """Null where the base's revisions do not run, or nothing changed and so nothing ran."""
    fingerprint_after: str | None
    """Null where a new revision does not run, or nothing changed."""
    changes: list[SchemaChange]
    """By schema and table; what follows from another change is left out."""
    tables: list[DiagramTable]
    links: list[DiagramLink]
    problem: str | None = None
    """Why there is no comparison."""


class Size(msgspec.Struct, kw_only=True):
    """How large a real table is."""

    rows: Count
    bytes: Count


class Question(msgspec.Struct, kw_only=True):
    """What to ask of the real data before a revision meets it."""

    revision: str
    path: str
    line: int
    title: str
    sql: str | None
    """Null where it cannot be put as a query."""
    expected: str | None
    why: str | None
    """Why it cannot."""


class Review(msgspec.Struct, kw_only=True):
    """Everything that a pull request changes: what `assay review --format json` prints."""

    version: Literal[1] = FORMAT_VERSION
    """Of this format."""
    tool: ToolDocument = msgspec.field(
        default_factory=lambda: ToolDocument(name="assay", version=__version__)
    )
    command: Literal["review"] = "review"
    source: Source
    verdict: VerdictDocument
    history: HistoryDiff
    environments: list[Environment]
    schema: Schema
    revisions: list[RevisionDocument]
    """The new ones, in the order they run, with what their statements did."""
    findings: list[FindingDocument]
    """By revision, then by place."""
    waived: list[WaivedDocument]
    sizes: dict[str, Size]
    """Of the real tables that the revisions touch, where they are known (`--stats`)."""
    preflight: list[Question]
    servers: list[str]
    """The scratch servers that ran the revisions."""
    notes: list[str]
    """Sentences about the run itself."""


def write(review: Review) -> str:
    """The document; ASCII only, so that no encoding and no control character can harm it."""
    return dumped(review)


def read(data: bytes) -> Review:
    """The review in a file that anybody may have written. UsageError where it is none, or too large."""
    advice = "Write one with `assay review --format json`."
    if len(data) > READ_BYTES:
        raise UsageError(f"The review has {len(data):,} bytes; {READ_BYTES:,} are allowed.", advice)
    try:
        return msgspec.json.decode(data, type=Review)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"This is no review ({error}).", advice) from error
