"""Runs the selected revisions on the scratch servers of a session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from assay.errors import UsageError

if TYPE_CHECKING:
    from assay.catalog import Catalog
    from assay.cli._session import Session
    from assay.model import Statement
    from assay.scratch import Choice, ScratchServer
    from assay.scratch.background import Background
    from assay.trace import Ahead, Baseline, Observation, Tracing, Wanted


class Servers:
    """The servers of a run, each with the database that the trace will begin in; a context manager.

    They start in the background from now on if there is anything to run on them.
    """

    def __init__(self, session: Session) -> None:
        from assay.scratch import scratch_servers
        from assay.scratch.background import Background

        self.choice: Choice = scratch_servers(session.governance)
        self.opened: list[tuple[ScratchServer, Background[Ahead]]] = []
        self._leaving: Background[None] | None = None
        used = self.choice.servers if session.history.selected else ()
        try:
            for server in used:
                server.start(_unguarded)
            asked = wanted(session)
            for server in used if asked.selected else ():
                self.opened.append((server, Background(partial(_open, server, asked))))
        except BaseException:
            self._leave()
            raise

    def leave(self) -> None:
        """Drop the databases and leave the servers, in the background; returns at once. Once is enough."""
        from assay.scratch.background import Background

        if self._leaving is None:
            self._leaving = Background(self._leave)

    def __enter__(self) -> Servers:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
        assert self._leaving is not None
        self._leaving.result()

    def _leave(self) -> None:
        with _unguarded():
            try:
                for _, ahead in self.opened:
                    if ahead.succeeded():
                        ahead.result().__exit__()
            finally:
                for server in self.choice.servers:
                    server.close()


def _unguarded() -> AbstractContextManager[None]:
    """For a thread that starts a server or leaves it, whatever the project's code does meanwhile."""
    from assay.render import unguarded

    return unguarded()


def _open(server: ScratchServer, asked: Wanted) -> Ahead:
    import psycopg2  # noqa: F401 - before the project's code runs, and while the server starts

    from assay.trace import Ahead

    return Ahead(asked, server.wait())


def trace_all(session: Session, servers: Servers) -> tuple[Tracing, ...]:
    """One tracing a server."""
    from assay.report import progress
    from assay.trace.parts import trace_in_parts

    asked = wanted(session)
    tracings = []
    with progress(len(asked.selected) * len(servers.opened), "Tracing") as step:
        for server, opening in servers.opened:
            ahead = opening.result()
            databases, name = ahead.databases, str(server)
            share = replace(asked, step=step)
            tracings.append(trace_in_parts(share, databases.server, databases, name, ahead.traveller))
    return tuple(tracings)


def wanted(session: Session) -> Wanted:
    """What the session asks the trace for."""
    from assay.trace import Wanted

    rings = {revision for ring in session.history.cycles for revision in ring}
    return Wanted(
        session.project,
        [r for r in session.history.revisions.values() if r.id not in rings],
        [r for r in session.history.selected if r.id not in rings],
        settings=session.env_settings,
        baseline=_baseline(session),
        together=not (session.options.selection.all or session.options.selection.ids),
        heads=frozenset(session.history.heads),
    )


def revision_catalog(name: str) -> Catalog:
    """The schema at a revision of the project in this folder, made on a scratch server."""
    from assay.cli._options import Options
    from assay.cli._session import Session
    from assay.history import Selection
    from assay.scratch import Databases, scratch_servers
    from assay.trace import catalog_at

    selection = Selection(ids=("heads",) if name == "head" else (name,))
    session = Session("schema", Options(None, None, selection, (), "text", "auto", None))
    server = scratch_servers(session.governance).servers[0]
    try:
        with Databases(server.wait()) as databases:
            return catalog_at(wanted(session), databases.server, databases)
    finally:
        server.close()


def observations(session: Session, tracing: Tracing) -> Iterator[Observation]:
    """What the rules look at: each traced revision, with its offline SQL where that could be rendered."""
    from assay.trace import Observation

    # Two envs give their own names to what a naming convention names.
    same_env = session.rendering.rendered_by == tracing.traced_by
    offline = _offline(session) if same_env else {}
    for revision, trip in tracing.trips.items():
        yield Observation(
            trip,
            offline=offline.get(revision),
            failed_offline=_failed(session, revision),
            stood_in=tracing.stood_in,
            stats=session.stats,
            limits=session.governance.limits,
        )


def _failed(session: Session, revision: str) -> bool:
    part = session.rendering.rendered.get((revision, "upgrade"))
    failure = part.failure if part else None
    return failure is not None and not failure.needs_connection


def _offline(session: Session) -> Mapping[str, tuple[Statement, ...]]:
    """The statements of both directions, by revision id; only of those that could be rendered."""
    found: dict[str, tuple[Statement, ...]] = {}
    broken = set()
    for (revision, _), part in session.rendering.rendered.items():
        found[revision] = (*found.get(revision, ()), *part.statements)
        if part.failure is not None and not part.failure.deliberate:
            broken.add(revision)
    return {revision: statements for revision, statements in found.items() if revision not in broken}


def _baseline(session: Session) -> Baseline | None:
    from assay.trace import Baseline

    policy = session.governance.baseline
    if policy.file is None and policy.revision is None:
        return None
    if policy.file is None or policy.revision is None:
        raise UsageError(
            "governance.yaml: baseline needs both `file` and `revision`.",
            "`assay baseline --url …` writes the file and prints the lines to paste.",
        )
    home = session.governance.path.parent if session.governance.path else Path.cwd()
    file = home / policy.file
    if not file.is_file():
        raise UsageError(
            f"governance.yaml: the baseline file {policy.file} does not exist.",
            "Write it with `assay baseline --url …`, or mend the path.",
        )
    revisions = tuple(part.strip() for part in policy.revision.split(","))
    unknown = [revision for revision in revisions if revision not in session.history.revisions]
    if unknown:
        raise UsageError(
            f"governance.yaml: the baseline's revision {unknown[0]!r} is not in the history.",
            "Name the revision that the schema file stands for.",
        )
    return Baseline(file, revisions)
