"""Others in the way, sessions that end, and runs side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import islice, product
from typing import Any

import psycopg2
from assay.promote import Outcome, Plan, Progress, Stop
from assay.promote.lock import KEY

from tests.promote.world import BASE, NAP, QUICK, World, clock, held, let_go, promote, revision

COLUMN = revision(
    "column", ("INSERT INTO customer VALUES (1000, 'new')", "ALTER TABLE customer ADD COLUMN note text")
)
INDEX = revision("index", "CREATE INDEX CONCURRENTLY ix_name ON customer (name)")
PLACES = ("fenced", "statement ran", "compared", "ledger written", "started", "outside ran")
UNIQUE = revision("index", "CREATE UNIQUE INDEX CONCURRENTLY ix_name ON customer (visits)")


def test_a_part_that_cannot_have_its_lock_is_tried_again_from_its_beginning(world: World) -> None:
    plan, told = world.plan(COLUMN), list[Progress]()
    with world.database() as name, held(world, name) as neighbour:

        def tell(progress: Progress) -> None:
            told.append(progress)
            if [p.kind for p in told].count("retry") == 2:
                let_go(neighbour)

        outcome = promote(world.target(name), plan, told=tell, clock=clock())
        assert outcome.result == "applied", outcome
        assert world.rows(name, "SELECT count(*) FROM customer WHERE id = 1000") == [(1,)]
    retries = [p for p in told if p.kind == "retry"]
    assert [p.seconds for p in retries] == [0.2, 0.5]
    assert retries[0].message == "canceling statement due to lock timeout"


def test_it_gives_up_after_the_policys_number_of_tries_and_says_so(world: World) -> None:
    plan = world.plan(COLUMN)
    with world.database() as name, held(world, name):
        started = time.monotonic()
        outcome = promote(world.target(name), plan, clock=clock())
        assert outcome.result == "failed"
        assert "in all of 4 tries: canceling statement due to lock timeout" in outcome.message
        assert outcome.go_on == "assay apply PLAN --env staging"
        assert time.monotonic() - started < 10
        assert world.rows(name, "SELECT event, error FROM assay.ledger") == [
            ("failed", "canceling statement due to lock timeout")
        ]
        assert world.locks(name) == []


def test_progress_names_whom_a_statement_waits_for(world: World) -> None:
    plan, told = world.plan(INDEX), list[Progress]()
    with world.database() as name, held(world, name, "UPDATE customer SET visits = 1") as neighbour:

        def tell(progress: Progress) -> None:
            told.append(progress)
            if progress.blockers:
                let_go(neighbour)

        outcome = promote(world.target(name), plan, told=tell)
        assert outcome.result == "applied", outcome
    blocked = next(p for p in told if p.blockers)
    assert blocked.blockers[0].application == "the neighbour"
    assert blocked.phase.startswith("waiting for writers")


def test_an_index_that_a_timeout_broke_is_dropped_and_built_anew(world: World) -> None:
    plan = world.plan(INDEX)
    with world.database() as name:
        with held(world, name, "UPDATE customer SET visits = 1"):
            outcome = promote(world.target(name), plan, replace(QUICK, statement_timeout=1))
            assert outcome.result == "failed"
            assert "statement timeout" in outcome.message
            assert outcome.half_done is not None
            assert outcome.half_done.started
            assert world.end(name)["invalid"] == [("ix_name",)]
        told: list[Progress] = []
        outcome = promote(world.target(name), plan, told=told.append)
        assert outcome.result == "applied", outcome
        assert [p.sql for p in told if p.kind == "repair"] == [
            'DROP INDEX CONCURRENTLY IF EXISTS "public"."ix_name"'
        ]
        assert world.end(name)["invalid"] == []


def test_an_index_that_data_refuses_says_so_and_goes_on_when_they_are_mended(world: World) -> None:
    plan = world.plan(UNIQUE, base=BASE + "DELETE FROM customer WHERE id > 1")
    with world.database() as name:
        outcome = promote(world.target(name), plan)
        assert outcome.result == "failed"
        assert "could not create unique index" in outcome.message
        assert "migrations/index.py:1" in outcome.message
        world.rows(name, "UPDATE customer SET visits = id")
        assert promote(world.target(name), plan).result == "applied"


def test_sessions_that_somebody_ends_leave_a_clear_state(world: World) -> None:
    """Each version has every other case, as in the tests of the network: `make chaos` has them all."""
    plan = world.plan(
        COLUMN, revision("index", "CREATE INDEX CONCURRENTLY ix_name ON customer (name)", before=("column",))
    )
    every = product(("lock", "work", "watch"), PLACES)
    for which, place in islice(every, world.server.major % 2, None, 2):
        with world.database() as name:
            outcome = promote(world.target(name), plan, point=ending(world, name, which, place))
            if which == "watch":
                assert outcome.result == "applied", (which, place, outcome)
            elif outcome.result != "applied":
                assert outcome.result == "unreachable", (which, place, outcome)
                assert world.locks(name) == []
            assert promote(world.target(name), plan).exit_code == 0, (which, place)
            assert world.rows(name, "SELECT count(*) FROM customer WHERE id = 1000") == [(1,)]
            assert world.end(name)["invalid"] == []


def ending(world: World, name: str, which: str, place: str) -> Callable[[str], None]:
    """A `point` that ends a session of the run when it comes to `place` for the first time."""
    places = [place]

    def point(reached: str) -> None:
        if reached in places:
            places.clear()
            end_session(world, name, which)

    return point


def end_session(world: World, name: str, which: str) -> None:
    """Those of a run that hold the lock, work, or look on."""
    kinds = {"lock": "LIKE '% lock'", "watch": "LIKE '% watch'", "work": "!~ ' (lock|watch)$'"}
    world.rows(
        name,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
        f" AND application_name LIKE 'assay apply %' AND application_name {kinds[which]}",
    )


def test_a_lock_that_is_never_released_ends_at_the_deadline_and_names_its_holder(world: World) -> None:
    plan = world.plan(COLUMN)
    with world.database() as name, world.server.connect(name) as session, session.cursor() as cursor:
        cursor.execute(f"SET application_name = 'forgotten'; SELECT pg_advisory_lock({KEY}, 1)")
        waits: list[Progress] = []
        outcome = promote(world.target(name), plan, told=waits.append, clock=clock())
        assert outcome.result == "unreachable"
        assert f"process {session.info.backend_pid} (forgotten, connected since 2" in outcome.message
        assert waits[0].kind == "waiting"
        assert world.rows(name, "SELECT to_regclass('assay.ledger')") == [(None,)]


def test_who_works_on_after_a_kill_keeps_others_out(world: World) -> None:
    """The lock's session is gone, and a statement of the killed run still runs."""
    plan = world.plan(COLUMN)
    with world.database() as name, world.server.connect(name) as session, session.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({KEY}, 2)")
        outcome = promote(world.target(name), plan, replace(QUICK, lock_deadline=0.5))
        assert outcome.result == "unreachable"
        assert world.rows(name, "SELECT count(*) FROM customer WHERE id = 1000") == [(0,)]


def race(world: World, name: str, plan: Plan, racers: int) -> list[Outcome]:
    outcomes: list[Outcome] = []
    threads = [
        threading.Thread(
            target=lambda: outcomes.append(
                promote(world.target(name), plan, replace(QUICK, lock_deadline=60))
            )
        )
        for _ in range(racers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_racers_apply_a_plan_once(world: World) -> None:
    plan = world.plan(
        COLUMN, revision("index", "CREATE INDEX CONCURRENTLY ix_name ON customer (name)", before=("column",))
    )
    for racers in (2, 5):
        with world.database() as name:
            outcomes = race(world, name, plan, racers)
            assert sorted(o.result for o in outcomes) == ["applied"] + ["nothing"] * (racers - 1), outcomes
            end = world.end(name, "SELECT count(*) FROM customer WHERE id = 1000")
            assert end["rows"] == [[(1,)]]
            assert [row[2] for row in end["ledger"]] == ["applied", "done", "applied", "verified", "verified"]


def test_racers_whose_locks_do_not_work_still_apply_it_once(world: World, monkeypatch: Any) -> None:
    """Only the fence in each transaction is left."""
    from assay.promote import lock

    monkeypatch.setattr(lock, "_try", lambda *_: True)
    monkeypatch.setattr(lock.AdvisoryLock, "is_held", lambda *_: True)
    plan = world.plan(
        COLUMN, revision("more", ("INSERT INTO customer VALUES (1001, 'more')",), before=("column",))
    )
    with world.database() as name:
        outcomes = race(world, name, plan, 5)
        assert (
            any(o.result == "applied" for o in outcomes) or promote(world.target(name), plan).exit_code == 0
        )
        end = world.end(name, "SELECT id FROM customer WHERE id >= 1000 ORDER BY 1")
        assert end["rows"] == [[(1000,), (1001,)]]
        assert [row[2] for row in end["ledger"]].count("applied") == 2


def test_a_first_request_to_stop_waits_for_the_part_and_a_second_does_not(world: World) -> None:
    plan = world.plan(COLUMN, revision("more", (NAP,), before=("column",)))
    with world.database(BASE + "UPDATE customer SET visits = 60 WHERE id = 1") as name:
        stop = Stop()
        outcome = promote(
            world.target(name), plan, stop=stop, point=lambda at: stop.request() if at == "fenced" else None
        )
        assert outcome.result == "stopped"
        assert outcome.at == ("column",)
        assert outcome.applied == ("column",)
        assert outcome.exit_code == 3
        stop = Stop()

        def tell(progress: Progress) -> None:
            if progress.kind == "running":
                stop.request()

        started = time.monotonic()
        outcome = promote(world.target(name), plan, stop=stop, told=tell)
        assert time.monotonic() - started < 15
        assert outcome.result == "stopped"
        assert outcome.at == ("column",)


def test_stopping_while_waiting_for_the_lock(world: World) -> None:
    plan, stop = world.plan(COLUMN), Stop()
    with world.database() as name, world.server.connect(name) as session, session.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({KEY}, 1)")
        outcome = promote(world.target(name), plan, stop=stop, told=lambda _: stop.request())
        assert outcome.result == "stopped"


def test_a_deadlock_is_tried_again(world: World) -> None:
    plan = world.plan(
        revision(
            "both", ("LOCK TABLE customer", "LOCK TABLE other", "UPDATE customer SET visits = visits + 1")
        ),
        base=BASE + "CREATE TABLE other ()",
    )
    with (
        world.database(BASE + "CREATE TABLE other ()") as name,
        held(world, name, "LOCK TABLE other") as neighbour,
    ):
        begun = threading.Event()

        def crossing() -> None:
            begun.wait(10)
            with neighbour.cursor() as cursor:
                with suppress(psycopg2.Error):
                    cursor.execute("SET deadlock_timeout = '1min'; LOCK TABLE customer")
                cursor.execute("ROLLBACK")

        thread = threading.Thread(target=crossing)
        thread.start()
        outcome = promote(
            world.target(name),
            plan,
            replace(QUICK, lock_timeout=5),
            point=lambda at: begun.set() if at == "statement ran" else None,
        )
        thread.join()
        assert outcome.result == "applied", outcome
        assert world.rows(name, "SELECT sum(visits) FROM customer") == [(100,)]
