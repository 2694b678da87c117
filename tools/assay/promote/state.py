"""Where an environment stands, read from outside of any promotion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psycopg2

from assay.errors import EnvironmentFailedError, UsageError
from assay.promote import ledger, lock, versions
from assay.promote.ledger import Entry, Tail
from assay.promote.model import VersionTable
from assay.promote.target import Target

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

TIMEOUT = "10s"
"""For each question."""


class HalfDone(msgspec.Struct, kw_only=True, frozen=True):
    """The revision that the database stands in the middle of."""

    plan: str
    """The checksum of the plan that began it."""
    revision: str
    segment: int
    """The next one, from 0."""
    segments: int
    started: bool
    """The next one was begun, and nobody wrote down how it ended."""


class State(msgspec.Struct, kw_only=True, frozen=True):
    """Where an environment stands."""

    environment: str
    at: tuple[str, ...]
    """The rows of `alembic_version`, sorted."""
    applied: Entry | None
    """What a promotion applied last; null where none ever did."""
    verified: bool
    """And everything was found as predicted."""
    half_done: HalfDone | None
    under_way: str | None
    """The session that promotes at this moment, for a person."""

    @property
    def unfinished_plan(self) -> str | None:
        """The checksum of the plan that something is left to do of; None where nothing is."""
        if self.half_done is not None:
            return self.half_done.plan
        return self.applied.plan if self.applied is not None and not self.verified else None


class Standing(msgspec.Struct, kw_only=True):
    """One database in the JSON document."""

    environment: str
    database: str | None = None
    """Its name in a fleet."""
    state: State | None
    """Null where it was not, or could not be asked."""
    pending: list[str] | None
    """The revisions of this checkout that it does not have; null where that is not known."""
    problem: str | None = None
    differs: tuple[str, ...] | None = None
    """How it differs from what the plan leaves, line by line; null where no plan was given."""


def read_state(target: Target, table: VersionTable) -> State:
    """Where the target stands. Raises EnvironmentFailedError, UsageError."""
    with asked(target, "status") as session:
        end = ledger.read_tail(session)
        return State(
            environment=target.environment,
            at=versions.read(session, versions.found(session, table)),
            applied=end.applied,
            verified=end.verified,
            half_done=half_done(end),
            under_way=lock.holder_of_run(session),
        )


def read_ledger(target: Target) -> list[Entry]:
    """Every row of the target's ledger, in order. Raises EnvironmentFailedError, UsageError."""
    with asked(target, "ledger") as session:
        return ledger.entries(session)


class _Ledger(msgspec.Struct):
    environment: str
    entries: list[Entry] | None = None
    databases: dict[str, list[Entry]] = {}
    """Of a fleet."""


def load_ledger(file: Path, environment: str, database: str | None = None) -> list[Entry]:
    """The rows in a file of `assay ledger --env ENVIRONMENT --format json`, of a `database` of a fleet.

    Raises UsageError.
    """
    advice = f"Write it with `assay ledger --env {environment} --format json`."
    try:
        document = msgspec.json.decode(file.read_bytes(), type=_Ledger)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{file} is no ledger ({error}).", advice) from None
    if document.environment != environment:
        raise UsageError(f"{file} is the ledger of {document.environment}, not of {environment}.", advice)
    found = document.entries if database is None else document.databases.get(database)
    if found is None:
        raise UsageError(f"{file} has no ledger of {environment}.{database}.", advice)
    return found


class _Standing(msgspec.Struct):
    environment: str
    state: State | None
    database: str | None = None
    problem: str | None = None


class _Status(msgspec.Struct):
    environments: list[_Standing]


def load_states(file: Path, environment: str) -> dict[str, State]:
    """The states in a file of `assay status --env ENVIRONMENT --format json`, by the databases' names.

    Raises UsageError, EnvironmentFailedError.
    """
    advice = f"Write it with `assay status --env {environment} --format json`."
    try:
        document = msgspec.json.decode(file.read_bytes(), type=_Status)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{file} tells no status ({error}).", advice) from None
    states = {}
    for standing in document.environments:
        if standing.environment == environment:
            if standing.state is None:
                raise EnvironmentFailedError(f"{standing.problem or f'{environment} was not asked.'}", advice)
            name = environment if standing.database is None else f"{environment}.{standing.database}"
            states[name] = standing.state
    if not states:
        raise UsageError(f"{file} does not tell of {environment}.", advice)
    return states


def half_done(end: Tail) -> HalfDone | None:
    """What the open rows of a ledger's end say."""
    if not end.open:
        return None
    last = end.open[-1]
    started = last.event == "started"
    return HalfDone(
        plan=last.plan,
        revision=last.revision,
        segment=last.segment if started else last.segment + 1,
        segments=last.segments,
        started=started,
    )


@contextmanager
def asked(target: Target, what: str) -> Iterator[cursor]:
    """A read-only session with patience for each question. Raises EnvironmentFailedError, UsageError."""
    with closing(target.connect(f"assay {what}")) as session:
        try:
            session.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
            with session.cursor() as asking:
                asking.execute(f"SET LOCAL statement_timeout = '{TIMEOUT}'")
                asking.execute(f"SET LOCAL lock_timeout = '{TIMEOUT}'")
                yield asking
        except psycopg2.Error as error:
            raise EnvironmentFailedError(
                f"The database of {target.name} did not answer: {target.reason(error)}.", "Try again."
            ) from None
