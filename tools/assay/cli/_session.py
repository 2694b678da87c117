"""What a command works on, from the options to the report: the data flow of DESIGN.md, in order."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from assay import __version__
from assay.cache import Cache, key_of
from assay.cli._options import Options
from assay.cli._project import project_at
from assay.config import Governance, apply_policy, load_governance
from assay.errors import ExitCode
from assay.history import Git, History, Project, judge, read_history
from assay.model import Direction, Finding, Revision, Severity, Statement

if TYPE_CHECKING:
    from assay.cli._tracing import Servers
    from assay.render import EnvSettings, Rendering
    from assay.report import Report, RevisionReport, Waived
    from assay.scratch.background import Background
    from assay.stats import Stats
    from assay.style import Linter
    from assay.trace import Tracing

PARSED_WORDS = ("cascade", "concurrently", "delete", "update")
"""A rule that parses statements looks for one of these in them first."""

RENDERED_GROUPS = ("atomicity", "reversal", "design", "craft")
"""The groups of rules that look at a rendering."""

TRACED_GROUPS = ("availability", "data", "compatibility", *RENDERED_GROUPS)
"""The groups of rules that look at what a scratch server saw."""

LEAVES_OUT = ("unreadable-revision", "revision-cycle")
"""The rules of the history about revisions that nothing can render or run."""


def _stats(options: Options) -> Stats | None:
    """Sizes of the real tables, where a file of them is given."""
    if not options.stats:
        return None
    from assay.stats import load_stats

    return load_stats(Path(options.stats))


class Session:
    """One run of a command."""

    def __init__(self, command: str, options: Options) -> None:
        self._started = time.monotonic()
        self._command = command
        self.options = options
        here = Path.cwd()
        git = Git.find(here)
        toplevel = git.toplevel if git else here
        self.governance: Governance = load_governance(here, toplevel)
        self.project: Project = project_at(here, self.governance, options.config, options.name)
        if self.governance.path is None and self.project.root != here:
            self.governance = load_governance(self.project.root, toplevel)
        self.stats: Stats | None = _stats(options)
        self.tracings: tuple[Tracing, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._compared: dict[tuple[Revision, Revision], bool | None] = {}
        self.history: History = read_history(self.project, options.selection, self.governance.base)

    @property
    def fail_on(self) -> Severity:
        """The failing severity: the command line's, else the policy's."""
        return self.options.fail_on or self.governance.fail_on

    def judge_history(self) -> list[Finding]:
        """What is wrong with the history; renders a revision only to compare it with its edited self."""
        return judge(self.history, self.project, self.same_sql)

    def same_sql(self, before: Revision, after: Revision) -> bool | None:
        """Whether an edited revision still renders to the same SQL; None where either cannot be rendered."""
        if (before, after) not in self._compared:
            texts = [self._sql_of(before), self._sql_of(after)]
            self._compared[before, after] = None if None in texts else texts[0] == texts[1]
        return self._compared[before, after]

    def judge_left_out(self) -> list[Finding]:
        """What keeps revisions from being rendered and run, for commands that do not judge the history."""
        return [finding for finding in self.judge_history() if finding.rule in LEAVES_OUT]

    @cached_property
    def rendering(self) -> Rendering:
        """The selected revisions as SQL, upgrade and downgrade, in one run of env.py."""
        from assay.render import render

        _import_mako()
        rings = {revision for ring in self.history.cycles for revision in ring}
        selected = [revision for revision in self.history.selected if revision.id not in rings]
        todo: list[tuple[Revision, Direction]] = [(revision, "upgrade") for revision in selected]
        todo += [(revision, "downgrade") for revision in reversed(selected)]
        known = [revision for revision in self.history.revisions.values() if revision.id not in rings]
        return render(self.project, known, todo, self.env_settings)

    def judge_rendering(self) -> list[Finding]:
        """What the rules about rendering find."""
        from assay import rules

        return [finding for group in RENDERED_GROUPS for finding in rules.run(group, self.rendering)]

    def trace(self, servers: Servers) -> None:
        """Run the selected revisions on the scratch servers; `tracings` has what they saw."""
        from assay.cli._tracing import trace_all
        from assay.scratch.background import Background

        parses = self._will_be_parsed()
        loaded = Background(lambda: _import_what_judges(parses))  # while PostgreSQL is at work
        self.tracings = trace_all(self, servers)
        loaded.result()
        self._notes += servers.choice.notes

    def _will_be_parsed(self) -> bool:
        """Whether rules are going to parse a statement, as far as can be guessed without rendering any."""
        rendered = self.statements if "rendering" in vars(self) else ()
        return any(word in statement.sql.lower() for statement in rendered for word in PARSED_WORDS)

    def judge_tracings(self) -> list[Finding]:
        """What the rules about effects find, on any of the servers."""
        from assay import rules
        from assay.cli._tracing import observations

        found: dict[Finding, list[str]] = {}
        for tracing in self.tracings:
            told = tracing.env_problem == self.rendering.env_problem  # of the rendering
            seen = [*observations(self, tracing), replace(tracing, env_problem=None) if told else tracing]
            for observed in seen:
                for group in TRACED_GROUPS:
                    for finding in rules.run(group, observed):
                        found.setdefault(finding, []).append(tracing.server)
        return [self._on(servers, finding) for finding, servers in found.items()]

    def _on(self, servers: list[str], finding: Finding) -> Finding:
        """The finding, with the servers' names where only some of several saw it."""
        if len(set(servers)) == len(self.tracings):
            return finding
        return replace(finding, message=f"{finding.message} (On {', '.join(dict.fromkeys(servers))} only.)")

    def lint(self, linter: Linter) -> list[Finding]:
        """What sqlfluff finds in the rendered statements."""
        from assay.report import progress

        with progress(len(self.statements), "Linting") as step:
            return self._lint(linter, step)

    def start_lint(self, linter: Linter) -> Background[list[Finding]]:
        """The same in the background, while something else is going on."""
        from assay.scratch.background import Background

        statements = self.statements

        def lint() -> list[Finding]:
            with linter:  # its workers are of no use any more
                return self._lint(linter, lambda: None, statements)

        return Background(lint)

    def _lint(
        self, linter: Linter, step: Callable[[], None], statements: Sequence[Statement] | None = None
    ) -> list[Finding]:
        selected = self.history.selected
        findings = linter.lint(self.statements if statements is None else statements, selected, step=step)
        Cache("linted").put(self._lint_key, True)
        return findings

    @property
    def linted_before(self) -> bool:
        """Whether the selected revisions were linted before as they are, so that the answers are at hand.

        Where that is wrong (another configuration, another env.py), sqlfluff loads later than it could have.
        """
        return not self.history.selected or Cache("linted").get(self._lint_key) is not None

    @cached_property
    def _lint_key(self) -> str:
        sources = [hashlib.sha256(revision.source).hexdigest() for revision in self.history.selected]
        return key_of(__version__, str(self.project.toplevel), sources)

    @property
    def statements(self) -> list[Statement]:
        """Every rendered statement, in the order in which the revisions ran."""
        return [statement for part in self.rendering.rendered.values() for statement in part.statements]

    def report(self, findings: Iterable[Finding], judged: Collection[str], *, rendered: bool) -> Report:
        """The report of this run; `judged` are the groups whose waivers may be called unused."""
        from assay.report import Report

        waived, standing = self._waive(list(dict.fromkeys(findings)), judged)
        return Report(
            command=self._command,
            revisions=tuple(self._revision_reports(rendered)),
            findings=apply_policy(standing, self.governance),
            waived=waived,
            base=self.history.base.ref if self.history.base else None,
            heads=self.history.heads,
            servers=tuple(tracing.server for tracing in self.tracings),
            notes=(*self._notes, *self._asides()),
            sources=self._sources(standing),
            root=self.project.toplevel,
            seconds=time.monotonic() - self._started,
        )

    def finish(
        self, findings: Iterable[Finding], judged: Collection[str], *, rendered: bool = True
    ) -> ExitCode:
        """Tell the report; the exit code."""
        from assay.report import emit

        report = self.report(findings, judged, rendered=rendered)
        return emit(report, format=self.options.format, color=self.options.color, fail_on=self.fail_on)

    @property
    def env_settings(self) -> EnvSettings:
        """What governance.yaml and the command line give env.py."""
        from assay.render import EnvSettings

        policy = self.governance.alembic
        arguments = [f"{key}={value}" for key, value in policy.x.items()]
        return EnvSettings(
            x=(*arguments, *self.options.x),
            attributes=dict(policy.attributes),
            boot=policy.boot,
            env=policy.env,
        )

    def _sql_of(self, revision: Revision) -> list[tuple[str, str, bool]] | None:
        from assay.render import render

        known = {**self.history.revisions, revision.id: revision}
        rendering = render(
            self.project, known.values(), [(revision, "upgrade"), (revision, "downgrade")], self.env_settings
        )
        parts = rendering.rendered.values()
        if any(part.failure is not None for part in parts):
            return None
        return [(s.direction, s.sql, s.in_transaction) for part in parts for s in part.statements]

    def _waive(
        self, findings: list[Finding], judged: Collection[str]
    ) -> tuple[tuple[Waived, ...], tuple[Finding, ...]]:
        from assay import waivers
        from assay.report import Waived

        selected = self.history.selected
        path = self.governance.path
        result = waivers.apply(
            findings,
            selected,
            judged={revision.path: self._judged_in(revision, judged) for revision in selected},
            today=date.today(),  # noqa: DTZ011 - the last day is the user's, where they are
            policy=waivers.Policy(
                self.governance.waivers,
                self.project.relative(path) if path else "governance.yaml",
                {revision.id: revision.path for revision in self.history.revisions.values()},
            ),
        )
        return tuple(Waived(finding, waiver.reason) for finding, waiver in result.accepted), result.findings

    def _judged_in(self, revision: Revision, judged: Collection[str]) -> set[str]:
        """Those of the groups whose rules could find everything in it: what did not run gives no finding."""
        missed: set[str] = set()
        trips = [tracing.trips.get(revision.id) for tracing in self.tracings]
        if any(trip is None or trip.upgrade.after is None for trip in trips):
            missed |= {*TRACED_GROUPS} - {"craft"}
        if any(trip is None or trip.downgrade is None or trip.downgrade.after is None for trip in trips):
            missed.add("reversal")
        rendered = self.rendering.rendered if "rendering" in vars(self) else {}
        parts = [part for (each, _), part in rendered.items() if each == revision.id]
        if any(part.failure is not None and not part.failure.deliberate for part in parts):
            missed.add("style")
        return {*judged} - missed

    def _asides(self) -> Iterator[str]:
        if not self.history.revisions and not self.history.problems:
            yield self._no_revision()
        for table, why in (self.tracings[0].unseeded if self.tracings else {}).items():
            yield f"{table} got no synthetic rows, so what depends on its data is not proven: {why}"
        yield from self.tracings[0].notes if self.tracings else ()

    def _no_revision(self) -> str:
        folders = ", ".join(self.project.relative(folder) for folder in self.project.version_locations)
        return (
            f"There is no revision in {folders}; if env.py sets version_locations, name them in "
            "governance.yaml (alembic: {version_locations: […]})."
        )

    def _revision_reports(self, rendered: bool) -> Iterator[RevisionReport]:
        from assay.report import RevisionReport

        if not rendered:
            yield from map(RevisionReport, self.history.revisions.values())
            return
        parts = self.rendering.rendered
        for revision in self.history.selected:
            own: list[Direction] = [d for d in ("upgrade", "downgrade") if (revision.id, d) in parts]
            statements = tuple(s for direction in own for s in parts[revision.id, direction].statements)
            entry = RevisionReport(revision, statements, rendered_by=self.rendering.rendered_by)
            yield self._with_effects(entry) if self.tracings else entry

    def _with_effects(self, entry: RevisionReport) -> RevisionReport:
        """The statements with what they did on the first server."""
        from assay.trace import with_effects

        tracing, revision = self.tracings[0], entry.revision.id
        parts = self.rendering.rendered
        broken = (revision, "upgrade") not in parts or parts[revision, "upgrade"].failure is not None
        why = "" if tracing.unreached is None else f"revision {tracing.unreached_revision} does not run"
        trip = tracing.trips.get(revision)
        pairs = with_effects(None if broken else entry.statements, trip, why)
        return replace(
            entry,
            statements=tuple(statement for statement, _ in pairs),
            effects=tuple(effect for _, effect in pairs),
            trip=trip,
        )

    def _sources(self, findings: Iterable[Finding]) -> dict[str, str]:
        """The text of the files that findings stand in and that are not a reported revision's own."""
        known = {revision.path for revision in self.history.selected}
        paths = {f.path for f in findings if f.path is not None} - known
        files = {path: self.project.toplevel / path for path in sorted(paths)}
        return {path: file.read_text("utf-8", "replace") for path, file in files.items() if file.is_file()}


@contextmanager
def linting(command: str, options: Options) -> Iterator[tuple[Session, Linter]]:
    """A session, and sqlfluff, which loads in a process of its own while the session reads the history."""
    from assay.style import Linter

    with Linter() as linter:
        linter.start()
        session = Session(command, options)
        linter.root = session.project.toplevel
        if session.linted_before:
            linter.close()
        yield session, linter


def _import_what_judges(parses: bool) -> None:
    """Import the rules about effects, and what they and the report are going to need."""
    from assay import report, rules, waivers  # noqa: F401

    list(rules.rules("history", *TRACED_GROUPS))
    if parses:
        import_module("postgast")


def _import_mako() -> None:
    """Import what Alembic needs of Mako as if Pygments were not installed, which takes as long again.

    Mako colours its error pages with it, and does without where there is none. A None in `sys.modules` says
    so (Python's reference, "The module cache"); it is taken back at once, for our report wants colours.
    """
    modules: dict[str, Any] = sys.modules
    if "pygments" in modules or "mako.exceptions" in modules:
        return
    modules["pygments"] = None
    try:
        with suppress(ImportError):
            import_module("mako.exceptions")
    finally:
        del modules["pygments"]
