"""Makes a plan: renders the way, runs it on a scratch server twice, and holds the two against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
import psycopg2

from assay import __version__
from assay.catalog import Catalog, Key, Object
from assay.errors import UsageError
from assay.model import Revision, Statement
from assay.plan.locks import locks, seconds
from assay.plan.loses import loses
from assay.plan.route import Asked, Hop
from assay.preflight import Query, queries
from assay.promote import Draft, Plan, PlanQuestion, PlanRevision, States, VersionTable, checksummed
from assay.promote import rehearse as rehearsed
from assay.render import Rendered, Rendering, render
from assay.stats import Stats
from assay.trace import Effect, RoundTrip, Step, Tracing, database_at, trace, with_effects
from assay.trace.roles import forget_roles, make_roles, missing_role, one_more
from assay.versions import version_table

if TYPE_CHECKING:
    from assay.scratch import Databases
    from assay.trace import Wanted


@dataclass(frozen=True)
class Scratch:
    """The server that the way is tried on."""

    databases: Databases
    name: str
    """`PostgreSQL 18 (embedded)`."""


def make(
    wanted: Wanted,
    asked: Asked,
    hops: Sequence[Hop],
    scratch: Scratch,
    *,
    commit: str | None = None,
    stats: Stats | None = None,
) -> Plan:
    """The plan of the way `hops`; with `stats` it tells how long each part takes, roughly.

    Raises UsageError, naming revision and line, for what cannot be rendered offline, does not run, or
    gives another schema as SQL than as Alembic runs it.
    """
    rendering = _rendered(wanted, asked, hops)
    up = asked.direction == "upgrade"
    ran = msgspec.structs.replace(
        wanted, selected=[hop.revision for hop in (hops if up else hops[::-1])], together=up
    )
    tracing = trace(ran, scratch.databases.server, scratch.databases, scratch.name)
    steps = [_step(tracing, hop.revision, asked) for hop in hops]
    plan = _rehearsed(wanted, asked, hops, rendering, scratch, commit)
    _require_same(plan, steps)
    questions = queries(tracing) if up else ()
    revisions = tuple(
        _told(revision, with_effects(part.statements, tracing.trips[revision.id]), questions, stats)
        for revision in plan.revisions
        for part in [rendering.rendered[revision.id, asked.direction]]
    )
    return checksummed(
        msgspec.structs.replace(
            plan,
            revisions=revisions,
            tools=_tools(scratch.databases.server.major),
            loses=() if up else loses(steps),
        )
    )


def _tools(major: int) -> dict[str, str]:
    import alembic
    import sqlalchemy

    return {
        "alembic": alembic.__version__,
        "assay": __version__,
        "postgresql": str(major),
        "sqlalchemy": sqlalchemy.__version__,
    }


def _rendered(wanted: Wanted, asked: Asked, hops: Sequence[Hop]) -> Rendering:
    """Each revision as SQL. Raises UsageError for the first that cannot be."""
    todo = [(hop.revision, asked.direction) for hop in hops]
    rendering = render(wanted.project, wanted.known, todo, wanted.settings)
    if rendering.env_problem is not None and not rendering.env_by_choice:
        raise UsageError(
            f"{rendering.env_path} cannot be used, and names may come out otherwise without it:"
            f" {rendering.env_problem}.",
            "Install what it needs; if it gives no names, set `alembic: {env: built-in}` in governance.yaml.",
        )
    for part in rendering.rendered.values():
        if part.failure is not None:
            raise _unrenderable(part)
    return rendering


def _unrenderable(part: Rendered) -> UsageError:
    revision, failure = part.revision, part.failure
    assert failure is not None
    where = revision.path if failure.line is None else f"{revision.path}:{failure.line}"
    if failure.deliberate:
        return UsageError(
            f"Revision {revision.id} cannot be taken back ({where}): {failure.message}.",
            "Go back no farther than to it, or write its downgrade.",
        )
    why = "it asks the database" if failure.needs_connection else "it fails without a database"
    return UsageError(
        f"Revision {revision.id} cannot be planned ({where}): {why} ({failure.message}).",
        "What runs must be known before: write it as SQL that does its work whatever the data are,"
        " or in a loop of PL/pgSQL.",
    )


def _step(tracing: Tracing, revision: Revision, asked: Asked) -> Step:
    """What Alembic's run of it did. Raises UsageError where it did not run to its end."""
    trip = tracing.trips.get(revision.id)
    step = None if trip is None else trip.upgrade if asked.direction == "upgrade" else trip.downgrade
    if step is None or step.after is None:
        why = tracing.unreached or "the baseline stands for it" if trip is None else _error(trip)
        line = f":{step.error_line}" if step is not None and step.error_line else ""
        raise UsageError(
            f"Revision {revision.id} does not run on the scratch server ({revision.path}{line}): {why}.",
            "Mend it first; `assay check` tells more.",
        )
    return step


def _error(trip: RoundTrip) -> str:
    steps = [step for step in (trip.upgrade, trip.downgrade) if step is not None and step.error is not None]
    return steps[0].error or "" if steps else "there is no way back"


def _rehearsed(
    wanted: Wanted,
    asked: Asked,
    hops: Sequence[Hop],
    rendering: Rendering,
    scratch: Scratch,
    commit: str | None,
) -> Plan:
    """The SQL, run in the state that the environment is in, with the roles that it names."""
    server, databases = scratch.databases.server, scratch.databases
    begin = msgspec.structs.replace(wanted, selected=[r for r in wanted.known if r.id in asked.at])
    table = version_table(wanted.project.env_py)
    roles: tuple[str, ...] = ()
    try:
        while True:
            make_roles(server, roles)
            running: list[Revision] = []
            with database_at(begin, server, databases) as name, server.connect(name) as session:
                try:
                    return rehearsed(
                        session,
                        _drafts(hops, asked, rendering, running),
                        environment=asked.environment,
                        direction=asked.direction,
                        commit=commit,
                        version_table=VersionTable(name=table.name, schema=table.schema),
                    )
                except psycopg2.Error as error:
                    said = " ".join(str(error.diag.message_primary or error).split())
                    role = one_more(missing_role(said), roles, wanted.known)
                    if role is None:
                        raise _refused(running[-1], said) from None
                    roles = (*roles, role)
                except ValueError as error:
                    raise _refused(running[-1], str(error)) from None
    finally:
        forget_roles(server, roles)


def _refused(revision: Revision, why: str) -> UsageError:
    return UsageError(
        f"The SQL of revision {revision.id} does not run ({revision.path}): {why.rstrip('.')}.",
        "`assay sql` shows it; Alembic, online, runs another.",
    )


def _drafts(
    hops: Sequence[Hop], asked: Asked, rendering: Rendering, running: list[Revision]
) -> Iterator[Draft]:
    """`running` gets each as it is asked for."""
    for hop in hops:
        running.append(hop.revision)
        yield Draft(
            hop.revision.id,
            hop.versions_before,
            hop.versions_after,
            rendering.rendered[hop.revision.id, asked.direction].statements,
            hop.revision.message,
            hop.revision.path,
        )


def _require_same(plan: Plan, steps: Sequence[Step]) -> None:
    """Raises UsageError where the SQL changes the schema otherwise than a revision does."""
    states = States(plan)
    for number, (revision, step) in enumerate(zip(plan.revisions, steps, strict=True)):
        assert step.before is not None
        assert step.after is not None
        traced = _changes(step.before.without_privileges(), step.after.without_privileges())
        offline = _changes(states.before(number, 0), states.before(number + 1, 0))
        if others := sorted(k for k in {**traced, **offline} if traced.get(k, k) != offline.get(k, k)):
            raise UsageError(
                f"Revision {revision.id} ({revision.path}) is rendered to SQL that changes the schema"
                f" otherwise than the revision does: {', '.join(map(str, others[:5]))}.",
                "It, or env.py, does something else offline; `assay sql` and `assay trace` show both.",
            )


def _changes(before: Catalog, after: Catalog) -> dict[Key, Object | None]:
    """What is another afterwards; None for what is gone."""
    found: dict[Key, Object | None] = {key: None for key in before if key not in after}
    return found | {key: item for key, item in after.items() if before.get(key) != item}


def _told(
    revision: PlanRevision,
    pairs: Iterable[tuple[Statement, Effect]],
    questions: Sequence[Query],
    stats: Stats | None,
) -> PlanRevision:
    """With what the trace saw: locks, times, and what to ask of the data."""
    effects = iter([effect for statement, effect in pairs])
    segments = []
    for segment in revision.segments:
        own = list(islice(effects, len(segment.statements)))
        unproven = next((effect.unproven for effect in own if not effect.proven), "")
        segments.append(
            msgspec.structs.replace(segment, locks=locks(own), unproven=unproven, seconds=seconds(own, stats))
        )
    asked = tuple(
        PlanQuestion(title=query.title, sql=query.sql, expected=query.expected, line=query.line)
        for query in questions
        if query.revision == revision.id
    )
    return msgspec.structs.replace(revision, segments=tuple(segments), questions=asked)
