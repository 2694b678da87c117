"""What statements do to tables in use: which strong locks they take and hold, and the work under them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from assay.catalog import Catalog, Change, Key
from assay.model import Finding, Severity
from assay.stats import Work
from assay.trace import BLOCKS_READS, BLOCKS_WRITES, MODES, Lock, LockMode, Observation, Relation, Traced

TABLES = ("table", "partitioned table", "materialized view", "foreign table")
"""Kinds of relations that hold rows."""


class Held(Struct, frozen=True):
    """The strongest lock on one table in use, and the statement of the transaction that took it."""

    lock: Lock
    taken_by: Traced

    @property
    def relation(self) -> Relation:
        """The table."""
        return self.lock.relation

    @property
    def said(self) -> str:
        """The mode as PostgreSQL's manual writes it: `ACCESS EXCLUSIVE`."""
        return said_mode(self.lock.mode)

    @property
    def stops(self) -> str:
        """Whom it blocks."""
        return "reads and writes" if self.lock.mode in BLOCKS_READS else "writes"

    def under(self, traced: Traced) -> str:
        """`ACCESS EXCLUSIVE`, with the line that took it where that is another statement."""
        if self.taken_by is traced:
            return self.said
        return f"{self.said} (held since line {self.taken_by.statement.line})"


def held(observation: Observation, traced: Traced) -> dict[str, Held]:
    """The locks on tables in use that block at least their writes while `traced` runs, by table."""
    found: dict[str, Held] = {}
    for lock in traced.effect.locks:
        relation = lock.relation
        if relation.busy and relation.kind in TABLES and lock.mode in BLOCKS_WRITES:
            known = found.get(relation.name)
            if known is None or MODES.index(known.lock.mode) < MODES.index(lock.mode):
                found[relation.name] = Held(lock, _taken_by(observation, traced, lock))
    return found


def _taken_by(observation: Observation, traced: Traced, lock: Lock) -> Traced:
    if lock.first:
        return traced
    same = (other for other in observation.upgrade if other.transaction == traced.transaction)
    for other in same:
        if any((o.relation.name, o.mode) == (lock.relation.name, lock.mode) for o in other.effect.locks):
            return other
    return traced


def root(observation: Observation, table: str) -> str:
    """The partitioned table on top of a partition; the table itself where it is none."""
    return upwards(observation, table)[-1]


def upwards(observation: Observation, table: str) -> tuple[str, ...]:
    """The table, and the partitioned tables above it before the revision."""
    before, found = observation.trip.upgrade.before, [table]
    while before is not None:
        item = before.get(key_of(before, found[-1]))
        above = item.text("partition_of") if item is not None else ""
        if not above:
            break
        found.append(bare_name(above))
    return tuple(found)


def bare_name(regclass: str) -> str:
    """A name as rules tell it, of one as PostgreSQL writes it: `public."Order"`."""
    return regclass.replace('"', "").removeprefix("public.")


def key_of(catalog: Catalog | None, name: str) -> Key:
    """The key of a table that a person calls `name`."""
    schema, _, table = name.rpartition(".")
    for kind in ("table", "materialized view", "foreign table", "view"):
        key = Key(kind, schema or "public", table)
        if catalog is not None and key in catalog:
            return key
    return Key("table", schema or "public", table)


def changes_of(traced: Traced, table: str, kind: str) -> Iterator[Change]:
    """What the statement changed in the objects of one kind that stand below `table`."""
    for change in traced.effect.changes:
        key = change.key
        if key.kind == kind and Key("table", key.schema, key.parent).path == table:
            yield change


def is_validated(change: Change) -> bool:
    """Whether it is a constraint that was added and holds for every row at once."""
    return change.before is None and change.after is not None and not change.after.get("not_valid")


def said_mode(mode: LockMode) -> str:
    """`ACCESS EXCLUSIVE` for `AccessExclusiveLock`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", mode.removesuffix("Lock")).upper()


def sized(observation: Observation, table: str) -> str:
    """`orders`, or `orders (about 40,000,000 rows)` where that is known."""
    rows = None if observation.stats is None else observation.stats.rows(table)
    return table if rows is None else f"{table} (about {rows:,} rows)"


def lasting(observation: Observation, table: str, work: Work) -> str:
    """`, about 90 s`, or nothing where the size is not known."""
    seconds = None if observation.stats is None else observation.stats.seconds(table, work)
    if seconds is None:
        return ""
    return f", about {seconds:,.0f} s" if seconds >= 1 else ", less than a second"


def judged(finding: Finding, observation: Observation, table: Relation | str) -> Finding:
    """The finding; a note where the table is known to be small."""
    relation = table if isinstance(table, Relation) else Relation(table, "table", preexisting=True)
    return replace(finding, severity=Severity.NOTE) if observation.is_small(relation) else finding
