"""The states that revisions begin in: templates, kept for later runs, made where there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assay import __version__
from assay.model import Revision
from assay.render import explain
from assay.trace.host import Host
from assay.trace.inputs import Inputs, State, keep, kept, signature
from assay.trace.roles import make_roles
from assay.trace.session import SessionState
from assay.trace.wanted import Wanted, needed

if TYPE_CHECKING:
    from assay.scratch import Databases, Server


class UnreachedError(Exception):
    """A revision that others stand on does not run."""

    def __init__(self, why: str, revision: str | None) -> None:
        super().__init__(why)
        self.why, self.revision = why, revision


class OtherEnvError(Exception):
    """env.py is not what it was when the state was made that the run was to begin with."""


class States:
    """What is to run before the first selected revision, and databases in which it has run."""

    def __init__(
        self,
        wanted: Wanted,
        server: Server,
        databases: Databases,
        host: Host,
        roles: tuple[str, ...] = (),
    ) -> None:
        self._wanted, self._server, self._databases, self._host = wanted, server, databases, host
        self._roles = roles
        self.begun_with: str | None = None
        """The signature of the env that made the state at hand; None where it does not matter."""
        self._signature: str | None = None
        self._patience = 2  # an env.py may be another one each time

    def parts(self) -> tuple[list[Revision], list[Revision]]:
        """What has to run before the first selected revision, and from there on."""
        selected = {revision.id for revision in self._wanted.selected}
        order = self.order()
        first = next((n for n, r in enumerate(order) if r.id in selected), len(order))
        return order[:first], order[first:]

    def order(self) -> list[Revision]:
        """What has to run, in order: the selected and all that they stand on, above the baseline."""
        covered = self._covered_by_baseline()
        runs = needed(self._wanted.known, [*self._wanted.behind, *self._wanted.selected])
        return [revision for revision in runs if revision.id not in covered]

    def beginning(self, ancestors: list[Revision]) -> tuple[bool, str | None]:
        """Whether a state behind `ancestors` is at hand, or none is needed; and its template."""
        template = self._template(self._keys(ancestors)[-1]) if ancestors else None
        return template is not None or not (ancestors or self._wanted.baseline), template

    def state_after(self, ancestors: list[Revision]) -> str | None:
        """A template database in which `ancestors` have run; None when there is nothing to run first."""
        if not ancestors:
            return None
        keys, home = self._keys(ancestors), self._wanted.project.toplevel
        self.begun_with = None
        start, template = 0, None
        for n in range(len(keys), 0, -1):
            template = self._template(keys[n - 1])
            if template is not None:
                start = n
                break
        if start == len(ancestors):
            return template
        begun = kept(keys[start - 1]) if start else None
        inputs = Inputs(home, begun.names if begun else ())
        with self._databases.fresh(template) as database:
            make_roles(self._server, self._roles)
            if template is None:
                self.load_baseline(database)
            with suppress(OtherEnvError):
                self._replay(database, ancestors[start:], inputs)
                state = State(inputs.names, self._signature or "")
                keep(keys[-1], state)
                self.begun_with = state.signature
                return self._databases.save_template(state.address(keys[-1], home), database)
        return self.state_after(ancestors)

    def _template(self, key: str) -> str | None:
        """The template of the state that `key` names, if all that it depends on is as it was."""
        state = kept(key)
        if state is None or self._signature not in (None, state.signature):
            return None
        name = self._databases.template(state.address(key, self._wanted.project.toplevel))
        if name is not None:
            self.begun_with = state.signature
        return name

    def compare_env(self, context: Any) -> None:
        """Do not go on from a state that another env made: the built-in one, or other naming conventions."""
        self._signature = signature(context, self._host.traced_by)
        if self.begun_with not in (None, self._signature) and self._patience:
            self._patience -= 1
            raise OtherEnvError

    def _replay(self, database: str, revisions: list[Revision], inputs: Inputs) -> None:
        def job(environment: Any, context: Any, kw: dict[str, Any]) -> None:
            self.compare_env(context)
            left = SessionState(context.connection.connection.dbapi_connection)
            for revision in revisions:
                try:
                    with inputs.noting(revision):
                        environment.run_step(context, kw, revision, "upgrade")
                    left.restore()
                except (Exception, SystemExit) as error:
                    raise UnreachedError(explain(error), revision.id) from error

        self._host.run(database, job, None)

    def _keys(self, ancestors: Iterable[Revision]) -> list[str]:
        """For each ancestor, what names the state after it: everything that shaped it."""
        wanted, settings = self._wanted, self._wanted.settings
        given = (settings.x, sorted(settings.attributes.items()), settings.boot, settings.env)
        options = sorted(wanted.project.options.items())
        digest = hashlib.sha256(f"{__version__} {self._server.major} {given} {options}\0".encode())
        if self._wanted.baseline is not None:
            digest.update(self._wanted.baseline.file.read_bytes())
        env_py = self._wanted.project.env_py
        digest.update(env_py.read_bytes() if env_py.is_file() else b"")
        keys = []
        for revision in ancestors:
            digest.update(f"\0{revision.id}\0".encode() + revision.source)
            keys.append(digest.hexdigest())
        return keys

    def _covered_by_baseline(self) -> set[str]:
        baseline = self._wanted.baseline
        if baseline is None:
            return set()
        heads = [revision for revision in self._wanted.known if revision.id in baseline.revisions]
        return {revision.id for revision in needed(self._wanted.known, heads)}

    def load_baseline(self, database: str) -> None:
        """Fill an empty database with the schema that the history starts from."""
        baseline = self._wanted.baseline
        if baseline is None:
            return
        from assay.scratch.baseline import load_baseline

        load_baseline(self._server, database, baseline.file)
