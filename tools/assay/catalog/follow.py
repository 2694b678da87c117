"""Reads a catalog again after a statement, asking only for what the statement can have changed.

PostgreSQL counts the rows that a transaction writes in each system catalog. Where only catalogs of
relations were written to, what can have changed is a relation that the transaction holds a lock on or
wrote a row of (`xmin`), and what depends on one (`pg_depend`), for a definition may name it. All else is as
it was. In every other case, and where something may have been rolled back since, the whole is read.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from itertools import count
from typing import Any, NamedTuple

from assay.catalog.assemble import assemble
from assay.catalog.index import RELATIONS
from assay.catalog.model import Catalog, Key, Object
from assay.catalog.prepared import Prepared, prepared_row
from assay.catalog.queries import OF_RELATIONS, SELDOM, follow, named, statement
from assay.catalog.read import IGNORED_SCHEMAS, IGNORED_TABLES, read_catalog, undone

WRITABLE = frozenset(
    {
        *(
            "pg_class",
            "pg_attribute",
            "pg_attrdef",
            "pg_constraint",
            "pg_index",
            "pg_inherits",
            "pg_sequence",
        ),
        *("pg_trigger", "pg_rewrite", "pg_policy", "pg_statistic_ext", "pg_statistic_ext_data"),
        *("pg_type", "pg_description", "pg_depend", "pg_shdepend", "pg_partitioned_table", "pg_statistic"),
    }
)
"""System catalogs whose changes are found relation by relation, or define nothing."""

UNLOCKED = "pg_statistic_ext"
"""A row of it goes without a lock on the table (PostgreSQL 14: `RemoveStatisticsById`)."""

BY_INDEX = {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
"""Few rows are wanted, of catalogs of any size: without statistics PostgreSQL would read these whole."""

MARK = "assay.catalog"
"""A setting that ends with the transaction, and goes back with a rolled-back savepoint."""

Counts = dict[str, tuple[int, int, int]]

_marks = count(1)


class Follower:
    """Knows the catalog as one psycopg2 session sees it, from one statement of a transaction to the next."""

    def __init__(
        self,
        connection: Any,
        *,
        ignored_tables: Collection[str] = IGNORED_TABLES,
        ignored_schemas: Collection[str] = IGNORED_SCHEMAS,
    ) -> None:
        self._connection = connection
        self._ignored = {"ignored_tables": ignored_tables, "ignored_schemas": ignored_schemas}
        self.wrote = False
        """Whether something may have been written between the last `read` and what came before it."""
        self._catalog: Catalog | None = None
        self._mark, self._counts = "", Counts()

    def start(self, catalog: Catalog) -> None:
        """A transaction has begun, and so far the session sees `catalog`."""
        self._catalog = catalog
        with self._connection.cursor() as cursor:
            self._probe(cursor)

    def rehearse(self, catalog: Catalog) -> None:
        """Have what `read` is likely to ask prepared; inside a transaction that has written nothing."""
        with self._connection.cursor() as cursor:
            self._probe(cursor)
            with undone(self._connection):
                asked = Prepared(cursor)
                asked.pin(plan_cache_mode="force_generic_plan", **BY_INDEX)
                _Wanted(catalog, [], Counts()).told(asked, names=False)

    def read(self) -> Catalog:
        """As `read_catalog(connection)`, and exactly equal to it."""
        known = self._catalog
        with self._connection.cursor() as cursor:
            written = self._probe(cursor)
            self.wrote = written != {}
            if known is not None and not self.wrote:
                return known
            found = None
            if known is not None and written is not None and _can_follow(known, written):
                found = self._again(cursor, known, written)
        self._catalog = found or read_catalog(self._connection, **self._ignored)
        return self._catalog

    def _probe(self, cursor: Any) -> Counts | None:
        """Rows written since the last probe, by system catalog; None where that cannot be told."""
        mark, counts = self._mark, self._counts
        self._mark = f"{id(self)}.{next(_marks)}"
        probe = (
            f"SELECT pg_catalog.current_setting('{MARK}', true), pg_catalog.current_setting('track_counts'),"
            f" pg_catalog.set_config('{MARK}', $1, true), ({statement('_counts', 0)})"
        )
        found, counting, _, answer = prepared_row(cursor, "assay_probe", probe, ("text", self._mark))
        self._counts = {name: (i, u, d) for name, i, u, d in json.loads(answer)}
        if found != mark or counting != "on":
            return None
        then = {name: counts.get(name, (0, 0, 0)) for name in self._counts}
        return {
            name: (now[0] - then[name][0], now[1] - then[name][1], now[2] - then[name][2])
            for name, now in self._counts.items()
            if now != then[name]
        }

    def _again(self, cursor: Any, known: Catalog, written: Counts) -> Catalog | None:
        """The catalog, with what can have changed read again; None where that is everything."""
        with undone(self._connection):
            asked = Prepared(cursor)
            asked.pin(plan_cache_mode="force_generic_plan", enable_seqscan="on")
            (answer,) = asked.row("named", named(written.keys()))
            asked.pin(**BY_INDEX)
            wanted = _Wanted(known, json.loads(answer), written)
            for names in (False, True):
                strange, relations, *answers = wanted.told(asked, names)
                if strange:
                    return None
                *rows, privileges, comments, members = map(json.loads, answers)
                if frozenset((row[0], row[1]) for row in members) != known.members:
                    return None
                objects = [row for found in rows for row in found]
                found = list(assemble(objects, comments, privileges, members, **self._ignored))
                gone = known.of_relations(set(relations))
                if names or not _is_named_elsewhere(known, gone, found, written):
                    break
        if "pg_description" in written:
            notes = {(row[0], row[1], row[2]): row[3] for row in comments}
            others = (item for key, item in known.items() if key not in gone)
            found += _commented(others, notes)
        return known.changed(gone, found)


class _Wanted(NamedTuple):
    """What to ask for: the relations that a transaction touched, in a catalog that was as it is known."""

    known: Catalog
    named: list[int]
    written: Counts

    def told(self, asked: Prepared, names: bool) -> tuple[Any, ...]:
        """The answer to `follow`; with `names`, of those relations, too, that only name one."""
        types, checks = self.known.counted
        files = OF_RELATIONS if names else tuple(filter(self._can_give, OF_RELATIONS))
        return asked.row(
            "follow",
            follow(self.known.version or 0, files),
            ("oid[]", self.named),
            ("oid[]", types),
            ("oid[]", checks),
            ("boolean", "pg_type" in self.written),
            ("boolean", names),
        )

    def _can_give(self, file: str) -> bool:
        """Whether it gives anything: there was such an object, or one was written."""
        catalog, kinds = SELDOM.get(file, ("", frozenset()))
        return not catalog or catalog in self.written or not kinds.isdisjoint(self.known.kinds)


def _is_named_elsewhere(known: Catalog, gone: set[Key], found: list[Object], written: Counts) -> bool:
    """Whether what names these objects (a foreign key, a default, a partition) can read otherwise now."""
    if "pg_inherits" in written or written.get("pg_trigger", (0, 0, 0))[1]:
        return True  # a partition; or a foreign key's triggers, on the other table, were switched off
    now = {(item.key.kind, item.id): item for item in found}
    before = {(item.key.kind, item.id): item for item in map(known.__getitem__, gone)}
    if any(_says_otherwise(item, now[place]) for place, item in before.items() if place in now):
        return True
    # A table may have been renamed from or to what the tools call theirs.
    lost = [place for place in before if place[0] in RELATIONS and place not in now]
    newest = max((place[1][1] for place in before if place[1]), default=0)
    dropped = written.get("pg_class", (0, 0, 0))[2]
    return len(lost) > dropped or any(
        place[0] in RELATIONS and place not in before and place[1] and place[1][1] < newest for place in now
    )


def _says_otherwise(before: Object, after: Object) -> bool:
    return before.key != after.key or (before.key.kind in RELATIONS and not after.is_exactly(before))


def is_psycopg2(connection: Any) -> bool:
    """Whether it is psycopg2's own connection, or of a class derived from it."""
    return any(
        (c.__module__, c.__name__) == ("psycopg2.extensions", "connection") for c in type(connection).__mro__
    )


def _can_follow(known: Catalog, written: Counts) -> bool:
    deleted = written.get(UNLOCKED, (0, 0, 0))[2]
    return known.version is not None and written.keys() <= WRITABLE and not deleted


def _commented(objects: Iterable[Object], comments: dict[Any, str]) -> Iterator[Object]:
    """Those whose comment is another now, with it."""
    for item in objects:
        now = comments.get(item.id) if item.key.kind != "extension" else item.get("comment")
        if now != item.get("comment"):
            rest = {name: value for name, value in item.attributes.items() if name != "comment"}
            attributes = rest if now is None else {**rest, "comment": now}
            yield Object(item.key, attributes, item.recorded, item.id)
