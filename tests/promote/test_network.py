"""What the network does to a run, and which servers it does not run on."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast

import psycopg2
import pytest
from assay.promote import Target
from assay.promote.errors import is_gone
from assay.scratch import LocalServer
from psycopg2 import errors

from tests.promote.proxy import Cut, proxied
from tests.promote.world import World, promote, revision

DRAFTS = (
    revision(
        "column", ("INSERT INTO customer VALUES (1000, 'new')", "ALTER TABLE customer ADD COLUMN note text")
    ),
    revision("index", "CREATE INDEX CONCURRENTLY ix_name ON customer (name)", before=("column",)),
)
COMMITS = 6
"""Of a run: set up, the column, the index begun, and done, and its versions, and all verified."""

END_ALL = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()
"""


@pytest.mark.parametrize("how", ["before", "after", "lingering"])
def test_a_connection_that_is_cut_during_any_commit(world: World, how: Cut) -> None:
    plan, folder = world.plan(*DRAFTS), cast(LocalServer, world.server).socket_folder
    results = set()
    for commit in range(1 + world.server.major % 2, COMMITS + 1, 2):
        with world.database() as name, proxied(folder) as proxy:
            proxy.cut(how, commit)
            target = Target("staging", partial(proxy.url, world.url(name)))
            outcome = promote(target, plan)
            results.add((outcome.result, outcome.message))
            again = promote(world.target(name), plan)
            assert again.exit_code == 0, (commit, outcome, again)
            end = world.end(name, "SELECT count(*) FROM customer WHERE id = 1000")
            assert end["rows"] == [[(1,)]]
            assert end["versions"] == [("index",)]
            assert [row[2] for row in end["ledger"]] == ["applied", "done", "applied", "verified", "verified"]
    told = {message for _, message in results}
    if how == "before":
        assert "The connection ended while COMMIT was under way; nothing of it was committed." in told
    else:
        assert "2 revisions applied; everything is as the plan predicts." in told


def test_a_server_that_is_not_there(world: World, tmp_path: Path) -> None:
    target = Target("staging", lambda: f"postgresql://somebody:s3cret@/x?host={tmp_path}")
    outcome = promote(target, world.plan(*DRAFTS))
    assert outcome.result == "unreachable"
    assert outcome.exit_code == 3
    assert outcome.at is None
    assert "s3cret" not in str(outcome)


def test_a_server_that_ends_every_session(world: World) -> None:
    plan = world.plan(*DRAFTS)
    with world.database() as name:
        for place in ("statement ran", "ledger written", "started"):
            places = [place]

            def point(reached: str, places: list[str] = places, name: str = name) -> None:
                if reached in places:
                    places.clear()
                    world.rows(name, END_ALL)

            assert promote(world.target(name), plan, point=point).result == "unreachable"
        assert promote(world.target(name), plan).result == "applied"


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (psycopg2.OperationalError("server closed the connection unexpectedly"), True),
        (psycopg2.DatabaseError("server closed the connection unexpectedly"), True),
        (psycopg2.InterfaceError("connection already closed"), True),
        (errors.AdminShutdown(), True),
        (psycopg2.ProgrammingError("no results to fetch"), False),
    ],
)
def test_an_error_says_whether_the_session_is_gone(error: psycopg2.Error, gone: bool) -> None:
    """The second was seen under `make chaos`, when the server crashed during COMMIT."""
    assert is_gone(error) == gone
