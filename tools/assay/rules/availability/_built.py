"""Indexes that a statement builds on tables in use while it blocks them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay.catalog import Change, Key, Object
from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.preflight import constraint
from assay.rules.availability._code import autocommit, by_index, concurrent_index, defined_index, required
from assay.rules.availability._work import Held, changes_of, held, key_of, root
from assay.rules.data._words import execute, numbered
from assay.trace import BLOCKS_READS, Observation, Traced

_NEVER = (
    "PostgreSQL cannot build an exclusion constraint beside writers. Add it while the table is small, or "
    "in a maintenance window."
)


class Build(Struct, frozen=True):
    """What one statement builds on one table, or on the partitions of one."""

    traced: Traced
    table: str
    tables: list[str]
    """The table itself, or those of its partitions that get an index."""
    indexes: list[str]
    lock: Held

    @property
    def names(self) -> list[str]:
        """The indexes as the revision calls them: the partitioned one, not its parts."""
        return [change.key.name for change in self._made(self.table)] or self.indexes

    def advice(self, observation: Observation) -> str:
        """The way that blocks nobody."""
        made = list(self._made(self.table))
        item = made[0].after if made else None
        if item is None:
            return self._rebuilt(observation)
        parts = constraint(item.text("definition")) if item.key.kind == "constraint" else None
        if parts is not None and parts.kind == "exclude":
            return _NEVER
        if self.tables != [self.table]:
            return self._partitioned(item)
        if item.get("partition_of") or self._is_attached():
            return self._matching(item)
        if parts is None:
            return "\n\n".join(concurrent_index(change.after) for change in made if change.after is not None)
        nullable = self._nullable(observation, parts.columns) if parts.kind == "primary key" else []
        return _by_index(item, nullable)

    def _made(self, table: str) -> Iterator[Change]:
        """The indexes, and the constraints with one of their own, that the statement adds to `table`."""
        for kind in ("index", "constraint"):
            for change in changes_of(self.traced, table, kind):
                parts = constraint(change.after.text("definition")) if change.after is not None else None
                own = kind == "index" or (
                    parts is not None and parts.kind in ("primary key", "unique", "exclude")
                )
                if change.before is None and own:
                    yield change

    def _is_attached(self) -> bool:
        return any(
            attribute.name == "partition_of" and change.key.path == self.table
            for change in self.traced.effect.changes
            for attribute in change.attributes
        )

    def _rebuilt(self, observation: Observation) -> str:
        """No new index: REINDEX, or a type that the indexes could not keep."""
        if any(change.key.kind == "column" for change in self.traced.effect.changes):
            return (
                "The indexes do not fit the new type of their column. Add a second column of that type, "
                "index it CONCURRENTLY, and move to it release by release."
            )
        home = key_of(observation.trip.upgrade.before, self.table)
        names = [path_of(Key("index", home.schema, name)) for name in self.indexes]
        return autocommit(execute(f"REINDEX INDEX CONCURRENTLY {name}") for name in names)

    def _nullable(self, observation: Observation, columns: tuple[str, ...]) -> list[str]:
        before = observation.trip.upgrade.before
        key = key_of(before, self.table)
        found = [(c, before.get(Key("column", key.schema, c, key.name))) for c in columns] if before else []
        return [column for column, item in found if item is not None and not item.get("not_null")]

    def _partitioned(self, item: Object) -> str:
        if item.key.kind == "constraint":
            return (
                f"Add {item.key.name} to each partition first (a unique index built CONCURRENTLY, then ADD "
                "CONSTRAINT … USING INDEX); the parent's then takes them over and builds nothing."
            )
        changes = [change for name in self.tables for change in self._made(name)]
        items = [c.after for c in changes if c.after is not None and c.key.kind == "index"]
        attach = [
            execute(f"ALTER INDEX {quoted(item.key.name)} ATTACH PARTITION {quoted(each.key.name)}")
            for each in items
        ]
        return numbered(
            (
                ("this revision: the index of the parent alone, which is no work", execute(_only(item))),
                (
                    "the next one: that of each partition, and production may have others",
                    "\n".join(map(concurrent_index, items)),
                ),
                ("the one after: the parent's is valid when all are attached", "\n".join(attach)),
            )
        )

    def _matching(self, item: Object) -> str:
        steps = (
            ("a revision before this one: the index that the parent has", concurrent_index(item)),
            ("this revision, unchanged: it finds the index and takes it over", self._statement()),
        )
        return numbered(steps)

    def _statement(self) -> str:
        return execute(" ".join(self.traced.statement.sql.split()))


def builds(observation: Observation, traced: Traced) -> Iterator[Build]:
    """Those on tables in use that a lock blocks meanwhile; not those of a table that is written anew."""
    locks = held(observation, traced)
    rewritten = {relation.name for relation in traced.effect.rewrites}
    found: dict[str, list[tuple[str, str]]] = {}
    for built in traced.effect.index_builds:
        lock = locks.get(built.table or "")
        if built.table is None or lock is None or built.table in rewritten:
            continue
        if lock.relation.kind == "materialized view" and lock.lock.mode not in BLOCKS_READS:
            continue  # nothing but REFRESH writes it
        top = root(observation, built.table)
        found.setdefault(top if top in locks else built.table, []).append((built.table, built.name))
    for table, each in found.items():
        tables = list(dict.fromkeys(name for name, _ in each))
        indexes = [name.rpartition(".")[2] for _, name in each]
        yield Build(traced, table, tables, indexes, locks[table])


def _by_index(item: Object, nullable: list[str]) -> str:
    """A unique index first, and the constraint of it."""
    home = Key("table", item.key.schema, item.key.parent)
    steps = [
        ("first: the index, while all go on", concurrent_index(item, unique=True)),
        *(required(home, nullable) if nullable else []),
        ("the last revision: the constraint takes the index over", by_index(item)),
    ]
    return numbered([(heading.replace("this revision", "then"), body) for heading, body in steps])


def _only(item: Object) -> str:
    word = "UNIQUE " if item.get("unique") else ""
    return f"CREATE {word}INDEX {defined_index(item, only=True)}"
