"""Which servers a run works on: a given one, an installed PostgreSQL of each wanted version, or the embedded.

choice = scratch_servers(load_governance(…))
for scratch in choice.servers:
    scratch.start()                    # returns at once; the server starts while Python imports
…
with choice.servers[0] as server, Databases(server) as databases:
    …
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from assay.errors import EnvironmentFailedError
from assay.scratch.background import Background
from assay.scratch.binaries import Binaries, embedded_folder, find_binaries
from assay.scratch.cluster import Cluster
from assay.scratch.development import cache_folder

if TYPE_CHECKING:
    from assay.config import Governance
    from assay.scratch.server import Server

Origin = Literal["given", "installed", "embedded"]


class ScratchServer:
    """One server to work on: `start` it early, `wait` for it, `close` it. A context manager of all three."""

    def __init__(self, major: int, origin: Origin, running: AbstractContextManager[Server]) -> None:
        self.major = major
        """PostgreSQL's major version."""
        self.origin = origin
        """`given` by a URL, `installed` on this machine, or `embedded` in the wheel."""
        self._running = running
        self._starting: Background[Server] | None = None

    def start(self, within: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        """Begin to start it, in the background and `within` a context there; returns at once.

        More than once is once.
        """

        def entered() -> Server:
            with within():
                return self._running.__enter__()

        if self._starting is None:
            self._starting = Background(entered)

    def wait(self) -> Server:
        """The server, once it is ready; starts it if nobody did. Raises EnvironmentFailedError."""
        self.start()
        assert self._starting is not None
        return self._starting.result()

    def close(self) -> None:
        """Leave it; the last user of a local one stops it. Also after a `start` without a `wait`."""
        starting, self._starting = self._starting, None
        if starting is not None and starting.succeeded():
            self._running.__exit__(None, None, None)

    def __enter__(self) -> Server:
        try:
            return self.wait()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def __str__(self) -> str:
        return f"PostgreSQL {self.major} ({self.origin})"


class Choice(Struct, frozen=True):
    """The servers of a run, and what has to be said about the choice."""

    servers: tuple[ScratchServer, ...]
    """One for each major version, never none."""
    notes: tuple[str, ...] = ()
    """Sentences: a version that is not to be had, and what is used instead."""


def scratch_servers(governance: Governance) -> Choice:
    """The servers that governance.yaml (`postgresql`, `scratch`) asks for, as far as they are to be had.

    A server that a URL gives is always used; the other wanted versions are looked for on this machine, and
    where one is missing the given server, or else the embedded one, stands in.
    Raises UsageError for a scratch URL that is malformed or leads to a server that is no scratch server,
    EnvironmentFailedError where it leads to none.
    """
    given = _given(governance.scratch.url_env)
    servers = {} if given is None else {given.major: given}
    missing = []
    for major in dict.fromkeys(map(int, governance.postgresql)):
        if major not in servers:
            try:
                servers[major] = local_server(find_binaries(major))
            except EnvironmentFailedError:
                missing.append(major)
    if given is None and (missing or not servers):
        embedded = local_server(find_binaries())
        servers.setdefault(embedded.major, embedded)
        instead = servers[embedded.major]
    else:
        instead = given or next(iter(servers.values()))
    notes = tuple(
        f"PostgreSQL {major} is not on this machine (on Debian: apt-get install postgresql-{major});"
        f" {instead} is used instead."
        for major in missing
    )
    return Choice(tuple(servers.values()), notes)


def local_server(binaries: Binaries, number: int = 1) -> ScratchServer:
    """A throwaway cluster in the user's cache, one for each major version, origin and number."""
    origin: Origin = "embedded" if binaries.folder == embedded_folder() else "installed"
    return ScratchServer(binaries.major, origin, scratch_cluster(binaries, origin, number).running())


def scratch_cluster(binaries: Binaries, origin: str, number: int = 1) -> Cluster:
    """The cluster behind a local scratch server."""
    name = f"{binaries.major}-{origin}" + (f"-{number}" if number > 1 else "")
    return Cluster(cache_folder() / "scratch" / name, binaries, disposable=True)


def _given(variable: str) -> ScratchServer | None:
    url = os.environ.get(variable, "").strip()
    if not url:
        return None
    from assay.scratch.given import given_server

    server = given_server(url, variable)
    return ScratchServer(server.major, "given", nullcontext(server))
