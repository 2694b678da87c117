"""Tables in use that a statement reads from end to end while it blocks them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from assay.catalog import Change, Key, Value
from assay.preflight import constraint
from assay.rules.availability._code import NEXT, NOW, not_valid, required, validate
from assay.rules.availability._partitions import attach, beside
from assay.rules.availability._work import Held, changes_of, held, is_validated, key_of, upwards
from assay.rules.data._whole import Verb, whole_writes
from assay.rules.data._words import add_column, listed, numbered
from assay.trace import BLOCKS_WRITES, Observation, Traced


class Scan(Struct, frozen=True, dict=True):
    """What one statement reads of one table, and for what."""

    traced: Traced
    table: str
    lock: Held
    locked: tuple[str, ...]
    """Every table in use whose writes wait at least."""
    line: tuple[str, ...]
    """The table, and the partitioned tables above it."""

    @cached_property
    def constraints(self) -> list[Change]:
        """Constraints that have to be proven."""
        return [
            change for change in changes_of(self.traced, self.table, "constraint") if is_validated(change)
        ]

    @cached_property
    def required(self) -> list[str]:
        """Columns that become NOT NULL."""
        return [
            change.key.name
            for change in changes_of(self.traced, self.table, "column")
            if change.before is not None and any(a.name == "not_null" and a.after for a in change.attributes)
        ]

    @cached_property
    def domains(self) -> list[Change]:
        """Constraints of domains, which every table that uses one has to obey."""
        kept = {change.key.parent for change in self.traced.effect.changes if change.key.kind == "column"}
        return [
            change
            for change in self.traced.effect.changes
            if change.key.kind == "constraint"
            and is_validated(change)
            and change.parent is not None
            and change.parent.kind == "domain"
            and change.key.parent not in kept
        ]

    @cached_property
    def attached(self) -> Key | None:
        """The table that becomes a partition: this one, or one above it."""
        return next((key for key, bound in self._bounds() if bound and key.path in self.line), None)

    @cached_property
    def left(self) -> str:
        """The table that is no partition any more, whose rows this one must not refer to."""
        gone = (key.path for key, bound in self._bounds() if not bound)
        return next((path for path in gone if path not in self.line), "")

    def _bounds(self) -> Iterator[tuple[Key, Value | None]]:
        """The tables that get bounds, or lose theirs."""
        for change in self.traced.effect.changes:
            yield from ((change.key, part.after) for part in change.attributes if part.name == "bound")

    @property
    def default_of(self) -> bool:
        """Whether a partition comes beside this one, which has to hold none of its rows."""
        return not self.attached and any(
            change.after is not None and change.after.get("partition_of") is not None
            for change in self.traced.effect.changes
            if change.key.kind == "table"
        )

    @property
    def fails_on_rows(self) -> bool:
        """Whether no row bears the statement: `required-column` tells."""
        return fails_on_rows(self.traced, self.table)

    @property
    def is_a_proof(self) -> bool:
        """Whether the schema change is what needs the scan."""
        keys = self.constraints or self.required or self.domains
        return bool(keys or self.attached or self.left or self.default_of)

    @property
    def why(self) -> str:
        """What the scan is to prove, as an object of "to prove"."""
        if self.required or self.constraints:
            names = [f"that {column} is never NULL" for column in self.required]
            return listed(names + [change.key.name for change in self.constraints])
        if self.domains:
            return listed(change.key.path for change in self.domains)
        if self.attached:
            return "that its rows are within the bounds of the partition"
        if self.left:
            return f"that no row of it refers to {self.left}"
        return "that no row belongs into the new partition" if self.default_of else ""

    @property
    def referenced(self) -> list[str]:
        """Other tables that wait as well: those that foreign keys point at."""
        keys = (constraint(c.after.text("definition")) for c in self.constraints if c.after is not None)
        names = {Key("table", k.referenced_schema, k.referenced).path for k in keys if k and k.referenced}
        return sorted((names - {self.table}) & set(self.locked))

    def advice(self, observation: Observation) -> str:
        """The way that blocks nobody for long."""
        home = key_of(observation.trip.upgrade.before, self.table)
        if self.attached:
            return attach(self.attached, self.traced, observation.trip.upgrade.before)
        if self.left:
            return _LEFT.format(table=self.table)
        if self.required or self.constraints:
            first, *others = self._in_steps(home)
            return numbered([first, *self._rest(observation), *others])
        if self.domains:
            return _DOMAIN
        if self.default_of:
            return beside(home, self.traced, observation.trip.upgrade.before)
        return _UNKNOWN

    def _in_steps(self, home: Key) -> list[tuple[str, str]]:
        """New rows obey first; then the others are looked at; then NOT NULL has its proof."""
        items = [change.after for change in self.constraints if change.after is not None]
        columns = [
            add_column(change.after, home)
            for change in changes_of(self.traced, self.table, "column")
            if change.before is None and change.after is not None
        ]
        steps = required(home, self.required) if self.required else [(NOW, ""), (NEXT, "")]
        start, proof = map(not_valid, items), map(validate, items)
        bodies = ("\n".join([*columns, *start]), "\n".join(proof), "")
        return [
            (heading, "\n".join(filter(None, (more, body))))
            for (heading, body), more in zip(steps, bodies, strict=False)
        ]

    def _rest(self, observation: Observation) -> list[tuple[str, str]]:
        """What a block does besides, before its rows are looked at."""
        done = [
            write.advice(observation)
            for verb in _VERBS
            for write in whole_writes(observation, verb)
            if write.traced is self.traced
        ]
        heading = "a revision of its own: the rows that the block writes, batch by batch"
        return [(heading, "\n".join(done))] if done else []


_VERBS: tuple[Verb, ...] = ("update", "delete")

_DOMAIN = (
    "PostgreSQL reads a domain's tables under SHARE, also with NOT VALID and a later VALIDATE CONSTRAINT. "
    "Add the condition as a CHECK of each table instead (postgresql_not_valid=True, then VALIDATE CONSTRAINT "
    "in a second revision), or do it in a maintenance window."
)
_LEFT = (
    "With an index on the columns of {table} that refer to the partitioned table, PostgreSQL looks only at "
    "the rows that may refer to the partition: create it CONCURRENTLY in a revision before this one."
)
_UNKNOWN = (
    "Split it: what needs the lock in one revision, what reads the table in another. How is not known here."
)


def scans(observation: Observation, traced: Traced) -> Iterator[Scan]:
    """Scans under a lock that this statement takes, or that its own change needs; no builds, no rewrites."""
    locks = held(observation, traced)
    other = {relation.name for relation in traced.effect.rewrites}
    other |= {relation.table for relation in traced.effect.index_builds if relation.table is not None}
    for relation in traced.effect.scans:
        lock = locks.get(relation.name)
        if lock is None or relation.name in other:
            continue
        line = upwards(observation, relation.name)
        scan = Scan(traced, relation.name, lock, tuple(locks), line)
        told = scan.fails_on_rows or relation.name in program(traced)
        if scan.is_a_proof or (lock.taken_by is traced and not told):
            yield scan


def fails_on_rows(traced: Traced, table: str) -> bool:
    """Whether a new column is NOT NULL and has no value, so that the first row stops the statement."""
    added = (c.after for c in changes_of(traced, table, "column") if c.before is None)
    filled = ("default", "identity", "generated")
    return any(
        item is not None and item.get("not_null") and not any(item.get(name) for name in filled)
        for item in added
    )


def program(traced: Traced) -> tuple[str, ...]:
    """Tables in use whose rows a statement writes all by itself while it takes a strong lock on some table:
    more than one statement of SQL can do, so that it is a block, or calls a function."""
    strong = {lock.relation.name for lock in traced.effect.locks if lock.first and lock.mode in BLOCKS_WRITES}
    return tuple(
        each.relation.name
        for each in traced.effect.written
        if each.whole and each.relation.busy and each.relation.kind != "materialized view" and strong
    )
