"""Targets, plans made from SQL text, and runs of them that end wherever a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from itertools import count
from typing import Any

import pytest
from assay.model import Statement
from assay.promote import Clock, Draft, Job, Outcome, Plan, Policy, Seal, Target, Who, apply, rehearse
from assay.promote.state import read_ledger
from assay.scratch import Server

from tests.scratch.support import MAJORS, eventually

BASE = """
CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, visits int NOT NULL DEFAULT 0);
INSERT INTO customer SELECT n, 'customer ' || n FROM generate_series(1, 100) AS n;
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('base');
"""

NAP = "SELECT pg_sleep(max(visits)) FROM customer"
"""Takes as many seconds as the target's data say; none in a rehearsal."""

QUICK = Policy(lock_timeout=0.3, statement_timeout=60, retries=3, lock_deadline=10)

ONE_VERSION = pytest.mark.parametrize("world", MAJORS[-1:], ids=["one version"], indirect=True)
"""For tests of what does not depend on PostgreSQL's version."""

_numbers = count(1)


class Crash(BaseException):
    """The process is gone."""


def revision(
    name: str,
    *parts: str | tuple[str, ...],
    before: tuple[str, ...] = ("base",),
    after: tuple[str, ...] | None = None,
) -> Draft:
    """A tuple is statements that share a transaction, a string is one in an autocommit block."""
    statements = [
        Statement("upgrade", sql, f"migrations/{name}.py", line, isinstance(part, tuple), "written")
        for line, (part, sql) in enumerate(
            ((part, sql) for part in parts for sql in (part if isinstance(part, tuple) else (part,))), 1
        )
    ]
    return Draft(
        name,
        before,
        (name,) if after is None else after,
        statements,
        f"about {name}",
        f"migrations/{name}.py",
    )


@dataclass
class World:
    """A server with targets on it."""

    server: Server
    templates: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def database(self, sql: str = BASE) -> Iterator[str]:
        """The name of a database in which the text ran."""
        if sql not in self.templates:
            template = f"template_{next(_numbers)}"
            self.server.create_database(template)
            with self.server.connect(template) as session, session.cursor() as cursor:
                cursor.execute(sql)
            self.templates[sql] = template
        name = f"promote_{next(_numbers)}"
        self.server.create_database(name, self.templates[sql])
        try:
            yield name
        finally:
            self.server.drop_database(name)

    def target(self, name: str, environment: str = "staging") -> Target:
        return Target(environment, lambda: self.url(name))

    def url(self, name: str) -> str:
        """Of the user `assay`, whom PostgreSQL would lead to the ledger's schema."""
        return self.server.url(name) + "&options=-csearch_path%3Dpublic"

    def plan(self, *drafts: Draft, base: str = BASE, **more: Any) -> Plan:
        """Rehearsed on a scratch database of the same beginning."""
        with self.database(base) as name, self.server.connect(name) as session:
            return rehearse(session, drafts, **{"environment": "staging", "direction": "upgrade", **more})

    def rows(self, name: str, query: str) -> list[tuple[Any, ...]]:
        with self.server.connect(name) as session, session.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []

    def locks(self, name: str) -> list[tuple[Any, ...]]:
        """Advisory locks in that database."""
        return self.rows(
            name,
            "SELECT pid, objid FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )

    def left(self, name: str) -> list[tuple[Any, ...]]:
        """Locks of any kind of others' sessions there, once those that are just ending are gone."""
        query = (
            "SELECT l.pid, l.locktype, l.mode, a.application_name FROM pg_locks AS l"
            " JOIN pg_stat_activity AS a ON a.pid = l.pid AND a.backend_type = 'client backend'"
            " WHERE a.datname = current_database() AND l.pid <> pg_backend_pid()"
        )
        eventually(lambda: not self.rows(name, query), seconds=5)
        return self.rows(name, query)

    def end(self, name: str, *queries: str) -> dict[str, Any]:
        """Everything by which an undisturbed run and a disturbed one are compared."""
        from assay.catalog import read_catalog

        with self.server.connect(name) as session:
            fingerprint = read_catalog(session).fingerprint
        ledger = [e for e in read_ledger(self.target(name)) if e.event in ("done", "applied", "verified")]
        return {
            "fingerprint": fingerprint,
            "versions": self.rows(name, "SELECT version_num FROM alembic_version ORDER BY 1"),
            "rows": [self.rows(name, query) for query in queries],
            "ledger": [(e.revision, e.segment, e.event, e.fingerprint, e.statements) for e in ledger],
            "locks": self.locks(name),
            "invalid": self.rows(name, "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"),
        }


@contextmanager
def held(world: World, name: str, sql: str = "LOCK TABLE customer IN ACCESS SHARE MODE") -> Iterator[Any]:
    """A transaction of somebody else's that stays open."""
    with world.server.connect(name) as session, session.cursor() as cursor:
        cursor.execute("SET application_name = 'the neighbour'; BEGIN")
        cursor.execute(sql)
        yield session


def let_go(session: Any) -> None:
    with session.cursor() as cursor:
        cursor.execute("ROLLBACK")


def clock(slept: Callable[[float], None] = lambda _: None) -> Clock:
    """Time that passes in sleeps only, and at once."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds
        slept(seconds)

    return replace(Clock(), monotonic=lambda: now[0], sleep=sleep, random=lambda: 0.0)


def seal(plan: Plan, created: datetime | None = None) -> Seal:
    return Seal(checksum=plan.checksum, created=created or datetime.now(timezone.utc), actor="test")


def promote(target: Target, plan: Plan, policy: Policy = QUICK, **more: Any) -> Outcome:
    """`apply`, with the arguments of `Job` and its own in one."""
    own = {name: more.pop(name) for name in ("lose", "rederive", "earlier") if name in more}
    made = more.pop("seal", None) or seal(plan)
    return apply(Job(plan, target, policy, Who("tester", "https://run"), **more), made, **own)


def crash_at(n: int, seen: list[str] | None = None) -> Callable[[str], None]:
    """A `point` that ends the process at the `n`th place it comes to, from 1."""
    places: list[str] = [] if seen is None else seen

    def point(name: str) -> None:
        places.append(name)
        if len(places) == n:
            raise Crash(name)

    return point
