"""Runs a statement that PostgreSQL refuses in a transaction, between two rows of the ledger.

What became of it when the second row is missing, the live schema tells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assay.catalog import Catalog, Key
from assay.promote.book import Book
from assay.promote.job import Job
from assay.promote.outcome import FailedError, RefusedError
from assay.promote.outside import Verdict, judge
from assay.promote.position import Position
from assay.promote.runner import Runner
from assay.promote.schema import Schema, difference, require_same
from assay.promote.sessions import Sessions
from assay.promote.versions import quoted

ROUNDS = 5
"""How often what is half done is put right before we give up."""


@dataclass(frozen=True)
class Alone:
    """One such segment."""

    job: Job
    sessions: Sessions
    book: Book
    schema: Schema
    runner: Runner
    position: Position

    def run(self) -> None:
        """Bring it to its end. Raises what psycopg2 raises, PromotionError, and CommitUnknownError."""
        started = self.book.now()
        if not self.position.started:
            self._start()
            todo = True
        else:
            todo = self._is_to_do()
        if todo:
            with self.sessions.work.cursor() as session:
                self.book.require_lock(session)
                self.runner.statement(session, 1)
            self.job.point("outside ran")
        live = self._require_after()
        begun = replace(self.position, started=True)
        with self.book.page(begun) as session:
            self.book.write(session, "done", begun, started, live.fingerprint)
        self.job.point("committed")
        self.runner.tell("committed")

    def _start(self) -> None:
        live = self.schema.require(self.position, *self.runner.unexpected)
        with self.book.page(self.position) as session:
            self.book.write(session, "started", self.position, self.book.now(), live.fingerprint)
        self.job.point("started")

    def _is_to_do(self) -> bool:
        """Whether it has to run (again), once what it left half done is put right."""
        _, segment = self.job.at(self.position)
        for _ in range(ROUNDS):
            live = self.schema.live()
            verdict = judge(self._before, self._after, live, segment)
            if verdict.act in ("run", "done"):
                return verdict.act == "run"
            if verdict.act == "unsure":
                return self._decided()
            if verdict.act == "refuse":
                break
            self._repair(verdict, live)
        raise RefusedError(
            f"The schema is neither as before the statement nor as after it {self.runner.where}.",
            "Bring it to either state by hand.",
            difference(self._before, self.schema.live()),
        )

    def _decided(self) -> bool:
        if self.job.unsure == "refuse":
            raise RefusedError(
                f"Nobody knows whether the statement ran to its end {self.runner.where}, and it may not run"
                " twice.",
                "Look what it did; then give `--repeat` to run it again, or `--skip` to take it for done.",
            )
        return self.job.unsure == "repeat"

    def _repair(self, verdict: Verdict, live: Catalog) -> None:
        with self.sessions.work.cursor() as session:
            self.book.require_lock(session)
            for key in verdict.keys:
                sql = _drop(key) if verdict.act == "clear" else _finalize(key, live)
                self.runner.sql(session, sql, "repair")
                self.job.point("repaired")

    def _require_after(self) -> Catalog:
        live = self.schema.live()
        require_same(
            self._after,
            live,
            FailedError,
            f"The schema is not what the plan predicts {self.runner.where}.",
            "Find who changes the schema meanwhile, and take that back.",
        )
        return live

    @property
    def _before(self) -> Catalog:
        return self.job.states.before(self.position.revision, self.position.segment)

    @property
    def _after(self) -> Catalog:
        return self.job.states.after(self.position.revision, self.position.segment)


def _drop(index: Key) -> str:
    return f"DROP INDEX CONCURRENTLY IF EXISTS {quoted(index.schema)}.{quoted(index.name)}"


def _finalize(partition: Key, live: Catalog) -> str:
    parent = live[partition].text("partition_of")
    return (
        f"ALTER TABLE {parent} DETACH PARTITION {quoted(partition.schema)}.{quoted(partition.name)} FINALIZE"
    )
