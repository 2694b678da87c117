"""What a scratch server saw: the effect of a statement, of a revision, and of its way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from assay.catalog import Catalog, CatalogDiff, Change
from assay.model import Direction, Revision, Statement

LockMode = Literal[
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
]
"""As `pg_locks.mode` spells them, weakest first (PostgreSQL manual, "Table-Level Locks")."""

MODES: tuple[LockMode, ...] = LockMode.__args__  # type: ignore[attr-defined]

BLOCKS_WRITES = frozenset(MODES[4:])
"""Modes that conflict with ROW EXCLUSIVE, which INSERT, UPDATE, DELETE and MERGE take."""

BLOCKS_READS = frozenset(MODES[7:])
"""Modes that conflict with ACCESS SHARE, which SELECT takes."""


class Relation(Struct, frozen=True):
    """A table, index, view, sequence … as a lock or a scan names it."""

    name: str
    """As a person writes it: `companies`, `other.companies` outside `public`."""
    kind: str
    """`table`, `partitioned table`, `index`, `materialized view`, `view`, `sequence`, `foreign table`."""
    preexisting: bool
    """It existed before this revision."""
    fresh: bool = False
    """It existed before this revision and was made by an earlier one of the same run (pull request), under a
    new name: no release uses it yet and it is empty, so it counts as new."""
    table: str | None = None
    """The table of an index."""

    @property
    def busy(self) -> bool:
        """Whether an application may be using it: it existed before, and not only since this run."""
        return self.preexisting and not self.fresh


class Lock(Struct, frozen=True):
    """One lock on a relation that a statement holds when it ends (or asked for, outside a transaction)."""

    relation: Relation
    mode: LockMode
    first: bool
    """This statement took it; otherwise an earlier one of the transaction did, and it is held on."""


class Written(Struct, frozen=True):
    """Rows that a statement wrote in one table."""

    relation: Relation
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    whole: bool = False
    """Every row that the table had was updated or deleted (it had at least one)."""

    @property
    def rows(self) -> int:
        """All of them together."""
        return self.inserted + self.updated + self.deleted


class SqlError(Struct, frozen=True):
    """An error of PostgreSQL's."""

    sqlstate: str
    """Five characters; empty where the driver does not tell."""
    message: str
    """PostgreSQL's primary message, without secrets."""
    detail: str = ""
    hint: str = ""
    relation: str | None = None
    column: str | None = None
    constraint: str | None = None

    @property
    def data_dependent(self) -> bool:
        """Whether other rows in the tables could have made it succeed: SQLSTATE classes 22 and 23."""
        return self.sqlstate[:2] in ("22", "23")


class Effect(Struct, frozen=True):
    """What one statement did on the scratch server."""

    locks: tuple[Lock, ...] = ()
    """On relations of the database; those on relations that the revision itself made are in it too."""
    rewrites: tuple[Relation, ...] = ()
    """Heaps written anew (a new file for the same table, other than by TRUNCATE)."""
    truncated: tuple[Relation, ...] = ()
    index_builds: tuple[Relation, ...] = ()
    """Indexes built or rebuilt, on whatever table; `Relation.table` names it, `preexisting` and `fresh`
    are the table's."""
    scans: tuple[Relation, ...] = ()
    """Tables read from end to end, with index scans preferred wherever an index could serve."""
    written: tuple[Written, ...] = ()
    changes: tuple[Change, ...] = ()
    """What changed in the catalog, as `assay.catalog.diff` tells it."""
    duration_ms: float = 0.0
    """On the scratch server's few rows: only good to compare statements."""
    error: SqlError | None = None
    proven: bool = True
    unproven: str = ""
    """Why it could not be observed, as a clause: "its locks ended before they could be read"."""
    foreign: str = ""
    """How it tried to leave the scratch server, which was refused: "connects to another server"."""

    @property
    def rows_written(self) -> int:
        """Rows inserted, updated and deleted in all tables."""
        return sum(written.rows for written in self.written)

    def strongest(self) -> Mapping[str, Lock]:
        """The strongest lock on each relation, by its name."""
        found: dict[str, Lock] = {}
        for lock in self.locks:
            held = found.get(lock.relation.name)
            if held is None or MODES.index(lock.mode) > MODES.index(held.mode):
                found[lock.relation.name] = lock
        return found


class Traced(Struct, frozen=True):
    """A statement and what it did."""

    statement: Statement
    effect: Effect
    transaction: int
    """Statements with the same number ran in the same transaction; each outside one has its own."""


class Step(Struct, frozen=True):
    """One revision run in one direction."""

    revision: Revision
    direction: Direction
    traced: tuple[Traced, ...] = ()
    before: Catalog | None = None
    released: Catalog | None = None
    """Of `before`, what was there before the run (pull request), all of whose revisions reach production
    together: what a running release may use."""
    after: Catalog | None = None
    """None where the step failed."""
    error: str | None = None
    """What stopped it, on one line and without secrets; None when it ran."""
    error_kind: str = ""
    """The exception's class name."""
    error_line: int | None = None
    """1-based line of the revision file."""
    seeds: Literal["full", "no nulls", "none"] = "full"
    """What the tables held: a step that failed on synthetic rows was run again with tamer ones."""
    refused_rows: SqlError | None = None
    """The error that those synthetic rows caused, where the step was run again."""


class LostValue(Struct, frozen=True):
    """Values of a column that were there before a revision and not after its round trip."""

    table: str
    column: str | None
    """None where whole rows are missing."""
    rows: int


class LiveImport(Struct, frozen=True):
    """An import of the application's live models by a revision file."""

    line: int
    what: str
    """A noun phrase: a mapped class, or a module that defines some."""
    table: str | None = None
    """The one that the class is mapped to."""


class RoundTrip(Struct, frozen=True):
    """Up, down and up again."""

    upgrade: Step
    downgrade: Step | None = None
    """None where the upgrade failed or there is no downgrade."""
    again: Step | None = None
    left_behind: CatalogDiff | None = None
    """From the state before the upgrade to that after the downgrade; empty when the way back is clean."""
    differs_again: CatalogDiff | None = None
    """From the first upgrade's state to the second's."""
    lost: tuple[LostValue, ...] = ()
    changed: tuple[LostValue, ...] = ()
    """What statements wrote into columns whose shape stayed, and the way back did not take back; without a
    column: rows that are there now and were not."""
    imports: tuple[LiveImport, ...] = ()


class Refused(Struct, frozen=True):
    """A connection that env.py or a revision tried to open past Alembic's, and did not get."""

    by: str
    """The driver or program."""
    path: str
    """POSIX path relative to the git top level."""
    line: int
    revision: str | None = None
    """None where it was env.py."""
    direction: Direction | None = None


class Tracing(Struct, frozen=True):
    """What one run on one server gave."""

    server: str
    """As a person names it: `PostgreSQL 18 (embedded)`."""
    trips: Mapping[str, RoundTrip] = field(default_factory=dict)
    """By revision id, in the order in which they ran."""
    traced_by: str = "env.py"
    """`env.py` or `built-in env`."""
    env_problem: str | None = None
    """Why the built-in env stood in, or what went wrong after env.py had run them: the end of a sentence
    about env.py."""
    env_path: str = ""
    """env.py: POSIX path relative to the git top level."""
    env_line: int | None = None
    """The line of env.py where it failed, where it did."""
    env_by_choice: bool = False
    """The built-in env was asked for."""
    env_quiet: bool = False
    """env.py ended as if all were well, and ran no migration."""
    refused: tuple[Refused, ...] = ()
    unseeded: Mapping[str, str] = field(default_factory=dict)
    """Table → why it got no rows."""
    unreached: str | None = None
    """Why the revisions that have no trip were not run; None where every one has its trip."""
    unreached_revision: str | None = None
    """The revision that would not run and that they stand on."""
    drift: tuple[str, ...] | None = None
    """Operations that would make the database at head what the models say; None where it was not compared:
    env.py has no `target_metadata`, or not all heads ran."""
    notes: tuple[str, ...] = ()

    @property
    def stood_in(self) -> bool:
        """Whether the built-in env ran them in place of an env.py that is there: names that a naming
        convention gives are missing."""
        return self.traced_by != "env.py" and not self.env_by_choice
