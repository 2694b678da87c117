"""Which servers a run works on: a given one, an installed PostgreSQL of each wanted version, or the embedded.

choice = scratch_servers(load_governance(…))
for scratch in choice.servers:
    scratch.start()                    # returns at once; the server starts while Python imports
…
with choice.servers[0] as server, Databases(server) as databases:
    …
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from assay.config import Governance
    from assay.scratch.server import Server

Origin = Literal["given", "installed", "embedded"]


class ScratchServer:
    """One server to work on: `start` it early, `wait` for it, `close` it. A context manager of all three."""

    major: int
    """PostgreSQL's major version."""
    origin: Origin
    """`given` by a URL, `installed` on this machine, or `embedded` in the wheel."""

    def start(self) -> None:
        """Begin to start it, in the background; returns at once. More than once is once."""
        raise NotImplementedError

    def wait(self) -> Server:
        """The server, once it is ready; starts it if nobody did. Raises EnvironmentFailedError."""
        raise NotImplementedError

    def close(self) -> None:
        """Leave it; the last user of a local one stops it. Also after a `start` without a `wait`."""
        raise NotImplementedError

    def __enter__(self) -> Server:
        return self.wait()

    def __exit__(self, *_: object) -> None:
        self.close()

    def __str__(self) -> str:
        """As in a report: `PostgreSQL 18 (embedded)`."""
        raise NotImplementedError


@dataclass(frozen=True)
class Choice:
    """The servers of a run, and what has to be said about the choice."""

    servers: tuple[ScratchServer, ...]
    """One for each major version, never none."""
    notes: tuple[str, ...] = ()
    """Sentences: a version that is not to be had, and what is used instead."""


def scratch_servers(governance: Governance) -> Choice:
    """The servers that governance.yaml (`postgresql`, `scratch`) asks for, as far as they are to be had.

    Raises UsageError for a scratch URL that is malformed or leads to a server that is no scratch server,
    EnvironmentFailedError where it leads to none.
    """
    raise NotImplementedError
