"""Revisions in, findings out: each is traced on a real server and judged by the rules of every group."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assay import rules
from assay.history import Project, Selection, find_project, read_history
from assay.model import Direction, Finding, Revision, Statement
from assay.render import Rendering, render
from assay.scratch import Databases
from assay.scratch.server import Server
from assay.stats import Stats, TableSize
from assay.trace import Observation, Tracing, Wanted, trace

EXAMPLES = Path(__file__).parent / "examples"
BASE = EXAMPLES / "base.py"

ENV = """\
from alembic import context
from sqlalchemy import create_engine, pool

if context.is_offline_mode():
    context.configure(url="postgresql+psycopg2://", literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine("postgresql+psycopg2://", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
"""

HEADER = '''\
"""what a test tries

A revision of a test, with the shortest head that no rule finds fault with.

Revision ID: {revision}
Revises: {down_revision}
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = {revision!r}
down_revision = {down_revision!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
'''

_BASE = re.compile(r'^((?:down_)?revision) = (["\'])base\2', re.MULTILINE)
"""Examples stand on "base", a name that Alembic keeps for itself: it is another one in the project."""

UPGRADE_LINE = HEADER.count("\n") + 1
"""The line of a `revision_file` on which its upgrade's body begins."""

IRREVERSIBLE = 'raise NotImplementedError("there is no way back")'


def revision_file(
    upgrade: str, downgrade: str = "pass", revision: str = "tried", down_revision: str | None = "base"
) -> str:
    """The source of a revision with these bodies (indented as the test has them)."""
    head = HEADER.format(revision=revision, down_revision=down_revision)
    return f"{head}{_body(upgrade)}\n\n\ndef downgrade() -> None:\n{_body(downgrade)}\n"


def _body(text: str) -> str:
    return textwrap.indent(textwrap.dedent(text).strip("\n"), "    ")


def stats(**rows: int) -> Stats:
    """Sizes by table: `stats(orders=200)`, at a hundred bytes a row."""
    return Stats({table: TableSize(count, count * 100) for table, count in rows.items()})


@dataclass(frozen=True)
class Judged:
    """What came of some revisions."""

    tracing: Tracing
    rendering: Rendering
    findings: tuple[Finding, ...]
    """Of all rules, by place."""

    def told(self, *groups: str) -> list[str]:
        """The ids of what was found (of the groups, if any is named), with the severity: `x-y(note)`."""
        return [f"{f.rule}({f.severity.value})" for f in self.findings if not groups or f.group in groups]

    def only(self, rule: str) -> Finding:
        """The one finding of `rule`."""
        (found,) = [finding for finding in self.findings if finding.rule == rule]
        return found


class Lab:
    """One server, and a project that is made anew for each trial."""

    def __init__(self, folder: Path, name: str, server: Server, databases: Databases) -> None:
        self._folder, self._name, self._server, self._databases = folder, name, server, databases
        self.major = server.major

    def try_out(
        self,
        upgrade: str,
        downgrade: str = IRREVERSIBLE,
        *,
        before: str = "",
        stats: Stats | None = None,
        together: bool = False,
    ) -> Judged:
        """Judge one revision with these bodies; `before` is the body of another between it and the base."""
        files = {"base": BASE.read_text("utf-8")}
        if before:
            files["before"] = revision_file(before, IRREVERSIBLE, "earlier")
        files["tried"] = revision_file(upgrade, downgrade, down_revision="earlier" if before else "base")
        selected = {"tried", "earlier"} if together else {"tried"}
        return self.judge(files, selected, stats, together=together)

    def judge(
        self,
        files: Mapping[str, str],
        selected: Iterable[str],
        stats: Stats | None = None,
        *,
        together: bool = False,
    ) -> Judged:
        """Judge the revisions with the ids `selected`, of a project with these files (name → source)."""
        project = self._project(files)
        known = list(read_history(project, Selection(all=True)).revisions.values())
        wanted = [revision for revision in known if revision.id in set(selected)]
        tracing = trace(
            Wanted(project, known, wanted, together=together), self._server, self._databases, self._name
        )
        assert tracing.trips, (tracing.unreached_revision, tracing.unreached)
        assert tracing.env_problem is None, tracing.env_problem
        rendering = render(project, known, _both_ways(wanted))
        findings = [
            finding
            for observed in (*_observations(tracing, rendering, stats), rendering)
            for group in rules.GROUPS
            for finding in rules.run(group, observed)
        ]
        return Judged(tracing, rendering, tuple(sorted(findings, key=_place)))

    def _project(self, files: Mapping[str, str]) -> Project:
        shutil.rmtree(self._folder, ignore_errors=True)
        versions = self._folder / "migrations/versions"
        versions.mkdir(parents=True)
        ini = self._folder / "alembic.ini"
        ini.write_text("[alembic]\nscript_location = %(here)s/migrations\n", encoding="utf-8")
        (self._folder / "migrations/env.py").write_text(ENV, encoding="utf-8")
        for name, source in files.items():
            (versions / f"{name}.py").write_text(_BASE.sub(r'\1 = "shop"', source), encoding="utf-8")
        return find_project(self._folder, ini)


def _both_ways(revisions: list[Revision]) -> list[tuple[Revision, Direction]]:
    todo: list[tuple[Revision, Direction]] = [(revision, "upgrade") for revision in revisions]
    return [*todo, *((revision, "downgrade") for revision in reversed(revisions))]


def _observations(tracing: Tracing, rendering: Rendering, stats: Stats | None) -> Iterator[Observation]:
    for trip in tracing.trips.values():
        yield Observation(trip, _offline(rendering, trip.upgrade.revision.id), stats=stats)


def _offline(rendering: Rendering, revision: str) -> tuple[Statement, ...] | None:
    """Both directions, or None where one of them has no SQL for want of a connection."""
    parts = [part for (each, _), part in rendering.rendered.items() if each == revision]
    if any(part.failure is not None and not part.failure.deliberate for part in parts):
        return None
    return tuple(statement for part in parts for statement in part.statements)


def _place(finding: Finding) -> tuple[str, int, str]:
    return finding.path or "", finding.line or 0, finding.rule
