"""A plan: the exact SQL to promote, and each state that the schema goes through. The structs are the format.

`assay plan` writes it, a reviewer approves it, `assay apply` runs it: nothing else reaches the target.
The same commit and the same state of the target give the same bytes, so what cannot be the same (who, when)
stands in the `Seal` beside it.

A **segment** is what commits at once: the statements that share a transaction, or one statement outside.
A revision's last segment is a transaction, in which `alembic_version` changes; it may have no statement.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from assay.catalog.document import KeyDocument, ObjectDocument
from assay.model import Direction
from assay.versions import VERSION_TABLE

FORMAT_VERSION: Literal[1] = 1
"""Raised when a field goes away or changes its meaning, and for one that is added: all of it is executed."""

Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]


class Record(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, frozen=True):
    """Of a format in which nothing stands that its reader does not know."""


class PlanStatement(Record, kw_only=True, frozen=True):
    """One SQL statement, as it is sent."""

    sql: str
    """Without the terminating semicolon."""
    line: int = 0
    """1-based, in the revision's file; 0 where it is not known."""


class PlanLock(Record, kw_only=True, frozen=True):
    """A lock on a relation that existed before the plan."""

    relation: Name
    """As `Key.path` writes it: `companies`, `other.companies` outside `public`."""
    mode: Name
    """As `pg_locks.mode` spells it: `AccessExclusiveLock`."""
    why: str = ""
    """Why it lasts as long as it does, for a person."""


class SchemaDelta(Record, kw_only=True, frozen=True):
    """What a segment does to the schema: with it every state in between is known, and can be compared."""

    gone: tuple[KeyDocument, ...] = ()
    """Sorted as a catalog sorts them."""
    there: tuple[ObjectDocument, ...] = ()
    """Added or changed, as they are afterwards; sorted."""


class Segment(Record, kw_only=True, frozen=True):
    """What commits at once."""

    statements: tuple[PlanStatement, ...]
    outside: bool = False
    """PostgreSQL refuses the (only) statement in a transaction; the rehearsal found out."""
    repeatable: bool = True
    """Of one outside: everything it does is seen in the schema (an index, CONCURRENTLY), or may be done again
    (VACUUM, REINDEX). Of a procedure with COMMITs neither is known."""
    delta: SchemaDelta = SchemaDelta()
    fingerprint_after: Sha256
    patient: bool = False
    """Nobody waits behind it while it waits for its locks (an index, CONCURRENTLY), and another try would
    begin anew: `lock_timeout` does not apply to it."""
    settings: dict[str, str] = {}
    """Session settings that the revision's earlier segments made and left, to be set before this one."""
    locks: tuple[PlanLock, ...] = ()
    unproven: str = ""
    """Why locks may be missing in the list, as a clause; empty where every statement could be observed."""
    seconds: float | None = None
    """How long it takes, by the sizes of the target's tables; null where those are not known."""


class PlanQuestion(Record, kw_only=True, frozen=True):
    """What to ask of the real data before the revision meets it (`assay.preflight.Query`)."""

    title: str
    sql: str
    """One SELECT of one value, run read-only before the plan's first revision."""
    expected: str = "0"
    line: int = 0


class PlanRevision(Record, kw_only=True, frozen=True):
    """One revision, upgraded or downgraded."""

    id: Name
    message: str = ""
    path: str = ""
    """POSIX path relative to the git top level."""
    versions_before: tuple[Name, ...]
    """The rows of `alembic_version`, sorted; none before the first revision, several with branches."""
    versions_after: tuple[Name, ...]
    fingerprint_before: Sha256
    sql_checksum: Sha256
    """SHA-256 of the direction, the statements and where transactions end (`assay.promote.sql_checksum`)."""
    segments: Annotated[tuple[Segment, ...], msgspec.Meta(min_length=1)]
    questions: tuple[PlanQuestion, ...] = ()

    @property
    def fingerprint_after(self) -> str:
        """Of the schema that the last segment leaves."""
        return self.segments[-1].fingerprint_after

    @property
    def statement_count(self) -> int:
        """Of all its segments."""
        return sum(len(segment.statements) for segment in self.segments)


class VersionTable(Record, kw_only=True, frozen=True):
    """Where Alembic keeps the versions."""

    name: Name = VERSION_TABLE
    schema: Name | None = None
    """Null: where the session's search path puts it, as Alembic does."""


class Scope(Record, kw_only=True, frozen=True):
    """What fingerprints leave out, beside the version table, the schema `assay`, and who may do what."""

    ignored_tables: tuple[str, ...] = ()
    """Names (in any schema), or `schema.table`."""
    ignored_schemas: tuple[str, ...] = ()


class Unfinished(Record, kw_only=True, frozen=True):
    """Something invalid that the plan leaves on purpose."""

    kind: Literal["index", "constraint", "column"]
    """A column: its NOT NULL is not validated (PostgreSQL 18)."""
    name: Name
    """As `Key.path` writes it."""


class Plan(Record, kw_only=True, frozen=True):
    """Everything that `assay apply` runs and compares."""

    version: Literal[1] = FORMAT_VERSION
    """Of this format."""
    checksum: Annotated[str, msgspec.Meta(pattern=r"\A([0-9a-f]{64})?\Z")] = ""
    """SHA-256 of `canonical` of this plan with an empty checksum."""
    environment: Name
    direction: Direction
    commit: str | None = None
    """The git commit whose revisions these are."""
    tools: dict[str, str] = {}
    """Versions: `assay`, `alembic`, `postgresql` (of the scratch server) …"""
    version_table: VersionTable = VersionTable()
    scope: Scope = Scope()
    revisions: Annotated[tuple[PlanRevision, ...], msgspec.Meta(min_length=1)]
    """In the order they run."""
    unfinished: tuple[Unfinished, ...] = ()
    """Invalid indexes and unvalidated constraints that are there after the last revision, sorted."""
    loses: tuple[str, ...] = ()
    """Values that are gone afterwards, of a plan that downgrades: `companies` (the rows of a table),
    `companies.website` (of a column), as `Key.path` writes them; sorted."""
    catalog: tuple[ObjectDocument, ...]
    """The schema that the target has before the first revision, sorted."""

    @property
    def short(self) -> str:
        """The checksum's first digits, for people."""
        return self.checksum[:12]


class Seal(Record, kw_only=True, frozen=True):
    """What is known of the making of a plan and may differ from one time to the next."""

    checksum: Sha256
    """Of the plan."""
    created: datetime
    """UTC, with its offset."""
    actor: str = ""
    """Who made it, in the words of whoever ran the command."""
    run_url: str = ""
    """The workflow run that made it."""
