"""Runs revisions on a scratch server, up, down and up again, and looks at what they do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from assay.catalog import IGNORED_TABLES, Catalog, read_catalog
from assay.errors import UsageError
from assay.model import Revision
from assay.render import unguarded
from assay.trace.host import Host
from assay.trace.imports import live_imports
from assay.trace.model import RoundTrip, Tracing
from assay.trace.roles import forget_roles, make_roles, missing_role, note, one_more, wanted_role
from assay.trace.states import OtherEnvError, States, UnreachedError
from assay.trace.wanted import Wanted
from assay.versions import version_table

if TYPE_CHECKING:
    from assay.scratch import Databases, Server
    from assay.trace.trip import Traveller

_SETTINGS = ("enable_seqscan = off", "lock_timeout = '10s'", "idle_in_transaction_session_timeout = '60s'")
"""Of each scratch database: a scan means that no index could serve, and nothing hangs for ever."""


class Ahead:
    """The beginning of a trace, made while something else is going on. A context manager.

    What it takes is there if an earlier run left the state before the revisions, or if there is none.
    """

    traveller: Traveller | None = None
    """Where the trace can begin at once; its database is dropped at the end."""

    def __init__(self, wanted: Wanted, server: Server) -> None:
        """Opens the databases of `server`; in whatever thread."""
        from assay.scratch import Databases

        self._stack = ExitStack()
        with unguarded():
            self.databases = self._stack.enter_context(Databases(server))
            try:
                self.traveller = _Journey(wanted, server, self.databases).ahead(self._stack)
            except BaseException:
                self._stack.close()
                raise

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def trace(
    wanted: Wanted, server: Server, databases: Databases, name: str, traveller: Traveller | None = None
) -> Tracing:
    """Trace the selected revisions on `server` (told as `name`), with the `traveller` that is ahead.

    Never raises for what the project's code does. Raises UsageError for a wrong boot hook or baseline.
    """
    roles: tuple[str, ...] = ()
    while True:
        tracing = _traced(_Journey(wanted, server, databases, roles), name, traveller)
        role = one_more(wanted_role(tracing), roles, wanted.known)
        if role is None:
            break
        roles, traveller, wanted = (*roles, role), None, replace(wanted, step=lambda: None)
    forget_roles(server, roles)
    return replace(tracing, notes=(*tracing.notes, note(roles))) if roles else tracing


def _traced(run: _Journey, name: str, traveller: Traveller | None) -> Tracing:
    try:
        return replace(run.go(traveller), server=name)
    except UnreachedError as error:
        return Tracing(name, unreached=error.why, unreached_revision=error.revision)


def catalog_at(wanted: Wanted, server: Server, databases: Databases) -> Catalog:
    """The schema once the selected revisions, and all that they stand on, have run on an empty database.

    Raises UsageError naming the revision that does not run.
    """
    table = version_table(wanted.project.env_py)
    with database_at(wanted, server, databases) as database, server.connect(database) as session:
        return read_catalog(session, ignored_tables=(*IGNORED_TABLES, table.name))


@contextmanager
def database_at(wanted: Wanted, server: Server, databases: Databases) -> Iterator[str]:
    """A database in which they have run, until the end. Raises as `catalog_at`."""
    roles: tuple[str, ...] = ()
    try:
        while True:
            with ExitStack() as stack:
                try:
                    made = stack.enter_context(_Journey(wanted, server, databases, roles).database())
                except UnreachedError as error:
                    role = one_more(missing_role(error.why), roles, wanted.known)
                    if role is None:
                        raise UsageError(
                            f"Revision {error.revision} does not run on the scratch server: {error.why}.",
                            "Mend it, or name a baseline in governance.yaml"
                            " (`assay baseline --url …` writes it).",
                        ) from error
                    roles = (*roles, role)
                    continue
                yield made
                return
    finally:
        forget_roles(server, roles)


class _Journey:
    def __init__(
        self, wanted: Wanted, server: Server, databases: Databases, roles: tuple[str, ...] = ()
    ) -> None:
        self._wanted, self._server, self._databases, self._roles = wanted, server, databases, roles
        self._host = Host(wanted, server)
        self._states = States(wanted, server, databases, self._host, roles)

    def go(self, traveller: Traveller | None = None) -> Tracing:
        before, order = self._states.parts()
        if traveller is not None:
            self._states.begun_with = traveller.begun_with
            with suppress(OtherEnvError):
                tracing = self._travel(traveller, order)
                if traveller.rest is not None:
                    traveller.leave(self._databases)
                return self._go_on(tracing, traveller, before, order)
        return self._go_on(*self._leg(before, order), before, order)

    def _leg(
        self, before: list[Revision], order: list[Revision], last: Traveller | None = None
    ) -> tuple[Tracing, Traveller]:
        """Travel along `order` in a new database, behind `before`; `last` got no farther."""
        template = self._states.state_after(before)
        with self._databases.fresh(template) as database:
            self._prepare(database)
            make_roles(self._server, self._roles)
            if template is None:
                self._states.load_baseline(database)
            with suppress(OtherEnvError), self._traveller(database) as traveller:
                if last is not None:
                    traveller.take_up(last)
                return self._travel(traveller, order), traveller
        return self._leg(before, order, last)

    def _go_on(
        self, tracing: Tracing, traveller: Traveller, before: list[Revision], order: list[Revision]
    ) -> Tracing:
        """Take the journey up again where it broke off, once for each revision and reason."""
        order = [*before, *order]
        selected = {revision.id for revision in self._wanted.selected}
        while traveller.rest is not None:
            again = traveller.rest.bare is not None
            at = next(n for n, r in enumerate(order) if r.id == traveller.rest.revision) + (not again)
            left = order[at:]
            if not selected & {revision.id for revision in left}:
                left = []  # but for the models' comparison
            try:
                more, traveller = self._leg(order[:at], left, traveller)
            except UnreachedError as error:
                if left:
                    return replace(tracing, unreached=error.why, unreached_revision=error.revision)
                return tracing
            tracing = joined(tracing, more)
        return tracing

    @contextmanager
    def database(self) -> Iterator[str]:
        """One behind all of them."""
        template = self._states.state_after(self._states.order())
        with self._databases.fresh(template) as database:
            if template is None:
                self._states.load_baseline(database)
            yield database

    def ahead(self, stack: ExitStack) -> Traveller | None:
        """Who can begin `go`, until `stack` ends; None where that takes more than a copy."""
        before, order = self._states.parts()
        at_hand, template = self._states.beginning(before)
        if not at_hand:
            return None
        database = stack.enter_context(self._databases.fresh(template))
        self._prepare(database)
        traveller = stack.enter_context(self._traveller(database))
        if template is not None and order and order[0].id in {r.id for r in self._wanted.selected}:
            traveller.look_ahead()
        return traveller

    def _traveller(self, database: str) -> Traveller:
        from assay.trace.trip import Traveller

        return Traveller(self._server, database, self._wanted.together, self._states.begun_with)

    def _travel(self, traveller: Traveller, order: list[Revision]) -> Tracing:
        selected = {revision.id for revision in self._wanted.selected}

        def job(environment: Any, context: Any, kw: dict[str, Any]) -> None:
            self._states.compare_env(context)
            traveller.begin(environment, context, kw)
            for revision in order:
                if traveller.stopped:
                    break
                if revision.id in selected:
                    traveller.trip(revision)
                    self._wanted.step()
                else:
                    traveller.plain(revision)
            traveller.compare_models(self._wanted.heads)

        self._host.run(traveller.database, job, traveller)
        missing = (selected & {revision.id for revision in order}) - traveller.trips.keys()
        return Tracing(
            server="",
            trips={r: _with_imports(trip) for r, trip in traveller.trips.items()},
            traced_by=self._host.traced_by,
            env_path=self._wanted.project.relative(self._wanted.project.env_py),
            refused=(*(self._host.trouble.refused if self._host.trouble else ()), *traveller.refused),
            unseeded=traveller.unseeded,
            unreached=traveller.stopped_by if missing else None,
            unreached_revision=traveller.stopped_at if missing else None,
            drift=traveller.drift,
            notes=self._left_out(),
            **(self._host.trouble.told() if self._host.trouble else {}),
        )

    def _left_out(self) -> tuple[str, ...]:
        more = self._host.left_out
        if not more:
            return ()
        return (
            f"env.py runs migrations on {more + 1} databases; only what they do on the first one was traced.",
        )

    def _prepare(self, database: str) -> None:
        with unguarded(), self._server.connect() as session, session.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(f'ALTER DATABASE "{database}" SET {setting}')


def _with_imports(trip: RoundTrip) -> RoundTrip:
    return replace(trip, imports=tuple(live_imports(trip.upgrade.revision.text)))


def joined(first: Tracing, more: Tracing) -> Tracing:
    """Two parts of one journey."""
    return replace(
        more,
        trips={**first.trips, **more.trips},
        refused=tuple(dict.fromkeys((*first.refused, *more.refused))),
        unseeded={**first.unseeded, **more.unseeded},
    )
