"""A run that ends at any place, and the rerun that must come to where an undisturbed run comes."""

from __future__ import annotations

from typing import Any

import pytest
from assay.promote import POINTS, Plan

from tests.promote.world import BASE, Crash, World, crash_at, promote, revision

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
        ("INSERT INTO written VALUES ('third')",),
        before=("second",),
    ),
)

QUERIES = (
    "SELECT what FROM written ORDER BY 1",
    "SELECT sum(id) FROM event",
    "SELECT count(*) FROM customer",
)


@pytest.fixture(scope="module")
def plan(world: World) -> Plan:
    return world.plan(*DRAFTS, base=START)


@pytest.fixture(scope="module")
def undisturbed(world: World, plan: Plan) -> tuple[dict[str, Any], list[str]]:
    """How it ends, and the places it comes to."""
    places: list[str] = []
    with world.database(START) as name:
        outcome = promote(world.target(name), plan, point=crash_at(0, places))
        assert outcome.result == "applied", outcome
        return world.end(name, *QUERIES), places


def test_every_place_is_reached(undisturbed: tuple[dict[str, Any], list[str]]) -> None:
    assert {*POINTS} - {*undisturbed[1]} == {"repaired"}


def test_after_a_crash_anywhere_a_rerun_ends_as_if_there_was_none(
    world: World, plan: Plan, undisturbed: tuple[dict[str, Any], list[str]]
) -> None:
    expected, places = undisturbed
    first = 1 + world.server.major % 2  # each version every other place, which halves the time
    for n in range(first, len(places) + 1, 2):
        with world.database(START) as name:
            with pytest.raises(Crash):
                promote(world.target(name), plan, point=crash_at(n))
            outcome = promote(world.target(name), plan)
            assert outcome.exit_code == 0, (n, places[n - 1], outcome)
            assert world.end(name, *QUERIES) == expected, (n, places[n - 1])


def test_a_run_that_dies_once_at_every_place_comes_to_the_end(
    world: World, plan: Plan, undisturbed: tuple[dict[str, Any], list[str]]
) -> None:
    """Each run comes a little further than the one before."""
    expected, _ = undisturbed
    with world.database(START) as name:
        for n in range(5, 200):
            try:
                outcome = promote(world.target(name), plan, point=crash_at(n % 17 + 5))
            except Crash:
                continue
            assert outcome.exit_code == 0, outcome
            break
        assert world.end(name, *QUERIES) == expected
