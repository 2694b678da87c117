"""What is promoted while it is disturbed: a plan with every kind of segment, on a target with some data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assay.promote import Plan

from tests.promote.world import BASE, World, crash_at, promote, revision

START = (
    BASE
    + """
CREATE TABLE event (id int NOT NULL, year int NOT NULL) PARTITION BY RANGE (year);
CREATE TABLE event_2020 PARTITION OF event FOR VALUES FROM (2020) TO (2021);
CREATE TABLE event_2021 PARTITION OF event FOR VALUES FROM (2021) TO (2022);
INSERT INTO event SELECT n, 2020 + n % 2 FROM generate_series(1, 50) AS n;
CREATE INDEX ix_old ON customer (visits);
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE written (what text NOT NULL);
"""
)

DRAFTS = (
    revision(
        "first",
        ("CREATE TABLE orders (id int PRIMARY KEY, customer_id int)", "INSERT INTO written VALUES ('first')"),
    ),
    revision(
        "second",
        ("INSERT INTO written VALUES ('second, together')", "SET search_path = public, pg_temp"),
        "CREATE UNIQUE INDEX CONCURRENTLY ON orders (customer_id)",
        "INSERT INTO written VALUES ('second, autocommit')",
        "CREATE INDEX CONCURRENTLY ix_name ON customer (name)",
        "ALTER TYPE mood ADD VALUE 'ok'",
        "REINDEX INDEX CONCURRENTLY ix_old",
        "DROP INDEX CONCURRENTLY ix_old",
        ("ALTER TABLE customer ADD COLUMN note text",),
        "VACUUM customer",
        before=("first",),
    ),
    revision(
        "third",
        "ALTER TABLE event DETACH PARTITION event_2020 CONCURRENTLY",
        ("INSERT INTO written VALUES ('third')", "UPDATE customer SET visits = visits + id"),
        before=("second",),
    ),
)

QUERIES = (
    "SELECT what FROM written ORDER BY 1",
    "SELECT sum(id) FROM event",
    "SELECT count(*), sum(visits) FROM customer",
)


@dataclass(frozen=True)
class Subject:
    """A world, its plan, and how an undisturbed run of it goes."""

    world: World
    plan: Plan
    end: dict[str, Any]
    places: tuple[str, ...]
    """Of `POINTS`, as an undisturbed run comes to them."""

    @property
    def commits(self) -> int:
        """How often an undisturbed run sends COMMIT."""
        return self.places.count("committing")


def subject(world: World) -> Subject:
    """Run the plan undisturbed once."""
    plan, places = world.plan(*DRAFTS, base=START), list[str]()
    with world.database(START) as name:
        outcome = promote(world.target(name), plan, point=crash_at(0, places))
        assert outcome.result == "applied", outcome
        return Subject(world, plan, world.end(name, *QUERIES), tuple(places))
