"""What happens to a promotion, one function each; chance says where and when."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any, get_args

from assay.promote import Policy, Target
from assay.promote.lock import KEY

from tests.promote.chaos.machine import Machine, crash
from tests.promote.chaos.process import KILLED, Deed, Ended, Run, die
from tests.promote.chaos.subject import Subject
from tests.promote.proxy import Cut, proxied
from tests.promote.world import QUICK, held

SPAN = 0.8
"""Seconds: what an undisturbed run takes, more or less."""

WRITER = "UPDATE customer SET visits = visits WHERE id = 1"
"""Of somebody whose transaction stays open: concurrent indexes wait for it."""

FILLED_KB = 300
"""About what an undisturbed run writes."""

HASTY = replace(QUICK, lock_timeout=0.1, statement_timeout=0.5, retries=1, lock_deadline=0.3)


SESSIONS = {
    "the lock's": "~ ' lock$'",
    "the working one": "!~ ' (lock|watch)$'",
    "the watching one": "~ ' watch$'",
    "all": "IS NOT NULL",
}
"""Of a run, by their application names."""


@dataclass(frozen=True)
class Scene:
    """One target, and the chance of one trial."""

    subject: Subject
    machine: Machine
    name: str
    random: Random

    @property
    def url(self) -> str:
        return self.subject.world.url(self.name)

    def run(self, at: int | str = 0, *, deed: Deed = die, policy: Policy = QUICK) -> Run:
        """A run that `deed` is done to at a place."""
        return Run(self.url, self.subject.plan, policy, at=at, deed=deed)

    def place(self) -> int:
        """Any that an undisturbed run comes to."""
        return self.random.randint(1, len(self.subject.places))

    def wait(self, run: Run) -> None:
        """Any time, from the run's first place on."""
        if run.begun():
            time.sleep(self.random.uniform(0, SPAN))

    def held(self, sql: str) -> AbstractContextManager[Any]:
        """A transaction of somebody else's that stays open."""
        return held(self.subject.world, self.name, sql)


def killed_at_a_place(scene: Scene, place: int = 0) -> list[Ended]:
    return [scene.run(place or scene.place()).wait()]


def killed_while_it_repairs(scene: Scene) -> list[Ended]:
    return [*statement_timeout(scene), scene.run("repaired").wait()]


def killed_at_a_time(scene: Scene) -> list[Ended]:
    run = scene.run()
    scene.wait(run)
    run.send(signal.SIGKILL)
    return [run.wait()]


def killed_while_an_index_waits(scene: Scene) -> list[Ended]:
    with scene.held(WRITER):
        return killed_at_a_time(scene)


def asked_to_stop(scene: Scene) -> list[Ended]:
    run = scene.run()
    for _ in range(scene.random.randint(1, 2)):
        scene.wait(run)
        run.send(scene.random.choice([signal.SIGTERM, signal.SIGINT]))
    return [run.wait()]


def session_ended(scene: Scene) -> list[Ended]:
    deed = partial(end_sessions, scene.random.choice(list(SESSIONS)))
    return [scene.run(scene.place(), deed=deed).wait()]


def server_crashed(scene: Scene) -> list[Ended]:
    number = scene.random.choice([signal.SIGQUIT, signal.SIGKILL])
    deed = partial(crash_server, scene.machine.process, number)
    ended = scene.run(scene.place(), deed=deed).wait()
    scene.machine.come_back()
    return [ended]


def cut_during_commit(scene: Scene) -> list[Ended]:
    how: Cut = scene.random.choice(get_args(Cut))
    with proxied(scene.machine.server.socket_folder) as proxy:
        proxy.cut(how, scene.random.randint(1, scene.subject.commits))
        return [Run(proxy.url(scene.url), scene.subject.plan).wait()]


def racers(number: int, scene: Scene) -> list[Ended]:
    """One of them is killed."""
    runs = [scene.run(scene.place() if n == 0 else 0) for n in range(number)]
    return [run.wait() for run in runs]


def lock_never_released(scene: Scene) -> list[Ended]:
    lock = scene.random.choice(
        [
            f"SELECT pg_advisory_lock({KEY}, 1)",
            f"SELECT pg_advisory_lock({KEY}, 2)",
            "LOCK TABLE customer IN ACCESS SHARE MODE",
            "LOCK TABLE alembic_version IN ROW EXCLUSIVE MODE",
        ]
    )
    with scene.held(lock):
        return [scene.run(policy=HASTY).wait()]


def statement_timeout(scene: Scene) -> list[Ended]:
    with scene.held(WRITER):
        return [scene.run(policy=replace(QUICK, statement_timeout=0.2, retries=0)).wait()]


def disk_full(scene: Scene) -> list[Ended]:
    """Of the whole database, the system's catalogs and the ledger with it."""
    with scene.subject.world.server.connect() as session, session.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {scene.name} SET TABLESPACE tiny")
    scene.subject.world.rows(scene.name, "SELECT 1")  # the first session there writes a file, or fails
    with scene.machine.fills_up(scene.random.randint(0, FILLED_KB)):
        return [scene.run().wait()]


def end_sessions(which: str, url: str) -> None:
    """As an administrator does it."""
    with (
        closing(Target("staging", lambda: url).connect("administrator")) as session,
        session.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE 'assay apply %'"
            f" AND application_name {SESSIONS[which]}"
        )


def crash_server(process: int, number: signal.Signals, _: str) -> None:
    crash(process, number)


AT_A_PLACE = "SIGKILL at a journal point"
DISK_FULL = "disk full"


@dataclass(frozen=True)
class Disturbance:
    """Something that happens, and how a run may end then, beside coming to the end."""

    happen: Callable[[Scene], list[Ended]]
    ends: tuple[str, ...]


DISTURBANCES: dict[str, Disturbance] = {
    AT_A_PLACE: Disturbance(killed_at_a_place, (KILLED,)),
    "SIGKILL at a random time": Disturbance(killed_at_a_time, (KILLED,)),
    "SIGKILL while an index waits for a writer": Disturbance(killed_while_an_index_waits, (KILLED,)),
    "SIGKILL while a broken index is repaired": Disturbance(killed_while_it_repairs, (KILLED, "failed")),
    "SIGKILL of one of two racers": Disturbance(partial(racers, 2), (KILLED, "refused")),
    "SIGKILL of one of five racers": Disturbance(partial(racers, 5), (KILLED, "refused")),
    "SIGTERM or SIGINT, once or twice": Disturbance(asked_to_stop, ("stopped",)),
    "pg_terminate_backend": Disturbance(session_ended, ("unreachable",)),
    "server crashes and comes back": Disturbance(server_crashed, ("unreachable",)),
    "connection cut during COMMIT": Disturbance(cut_during_commit, ("unreachable",)),
    "lock that is never released": Disturbance(lock_never_released, ("unreachable", "failed")),
    "statement_timeout in a concurrent index": Disturbance(statement_timeout, ("failed",)),
    DISK_FULL: Disturbance(disk_full, ("failed", "unreachable")),
}
