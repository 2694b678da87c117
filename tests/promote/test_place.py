"""Where a promotion refuses to run: behind PgBouncer, on a replica, on a primary whose replica is far behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from assay.promote import Plan, Target
from assay.scratch import LocalServer
from assay.scratch.account import server_account

from tests.promote.chaos.machine import Machine
from tests.promote.world import QUICK, World, promote, revision
from tests.scratch.support import eventually

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")


@pytest.fixture(scope="module")
def world(durable: Machine) -> World:
    return World(durable.server)


@pytest.fixture(scope="module")
def plan(world: World) -> Plan:
    return world.plan(revision("column", ("ALTER TABLE customer ADD COLUMN note text",)))


@pytest.fixture
def folder() -> Iterator[Path]:
    """Of the account that servers run under; its path is short enough for a socket."""
    made = Path(tempfile.mkdtemp(prefix="assay-place-"))
    server_account().own(made)
    yield made
    shutil.rmtree(made)


@contextmanager
def pgbouncer(world: World, folder: Path, mode: str) -> Iterator[None]:
    if PGBOUNCER is None:
        pytest.skip("There is no pgbouncer on this machine: apt-get install pgbouncer.")
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        "[databases]\n"
        f"* = host={world.server.parameters()['host']} port=5432 user=assay\n"
        "[pgbouncer]\n"
        f"pool_mode = {mode}\nunix_socket_dir = {folder}\nlisten_port = 6432\nauth_type = any\n"
    )
    configuration.chmod(0o644)
    process = subprocess.Popen(
        [PGBOUNCER, configuration], stderr=subprocess.DEVNULL, **server_account().options()
    )
    try:
        assert eventually((folder / ".s.PGSQL.6432").exists)
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize(
    ("mode", "more"),
    [
        ("transaction", ""),
        ("transaction", "&options=-csearch_path%3Dpublic"),
        ("session", ""),
        ("statement", ""),
    ],
)
def test_pgbouncer_is_refused_in_every_mode(
    world: World, plan: Plan, folder: Path, mode: str, more: str
) -> None:
    with world.database() as name, pgbouncer(world, folder, mode):
        url = f"postgresql://somebody@/{name}?host={folder}&port=6432{more}"
        outcome = promote(Target("staging", lambda: url), plan)
        assert outcome.result == "refused"
        assert outcome.message.startswith("The URL leads to a connection pooler")
        assert outcome.advice == "Give the URL of the PostgreSQL server itself."
        assert world.rows(name, "SELECT to_regclass('assay.ledger')") == [(None,)]


@contextmanager
def replica(durable: Machine, folder: Path) -> Iterator[LocalServer]:
    """A streaming one, which has just caught up."""
    binaries, account = durable.server.binaries, server_account()
    run = partial(subprocess.run, check=True, stdout=subprocess.DEVNULL, cwd="/", **account.options())
    data, source = folder / "data", durable.server.conninfo() + " application_name=reports"
    tiny = [] if durable.disk is None else ["-T", f"{durable.disk / 'tablespace'}={folder / 'tiny'}"]
    run([binaries.program("pg_basebackup"), "-D", data, "-d", source, "-R", "-c", "fast", "--no-sync", *tiny])
    settings = f"-c unix_socket_directories={folder} -c listen_addresses='' -c port=5432 -c wal_receiver_status_interval=1"
    control = [binaries.program("pg_ctl"), "-D", data, "-l", folder / "log"]
    run([*control, "-w", "-o", settings, "start"])
    try:
        yield LocalServer(folder, binaries)
    finally:
        run([*control, "-m", "immediate", "stop"])


def test_a_replica_is_refused_and_so_is_its_primary_while_it_is_far_behind(
    durable: Machine, world: World, plan: Plan, folder: Path
) -> None:
    far = "SELECT count(*) FROM pg_stat_replication WHERE replay_lag > '0.5s'"
    with world.database() as name, replica(durable, folder) as behind:
        there = World(behind)
        outcome = promote(there.target(name), plan)
        assert outcome.result == "refused"
        assert outcome.message == "The URL leads to a replica, which cannot be changed."
        there.rows(name, "SELECT pg_wal_replay_pause()")
        world.rows(name, "UPDATE customer SET visits = 1")
        assert eventually(lambda: world.rows(name, far) == [(1,)])
        outcome = promote(world.target(name), plan, replace(QUICK, replica_lag=0.5))
        assert outcome.result == "refused"
        assert outcome.message.startswith("The replica reports is ")
        assert world.rows(name, "SELECT to_regclass('assay.ledger')") == [(None,)]
