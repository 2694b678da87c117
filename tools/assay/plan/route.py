"""Which revisions run, in which order, and which versions stand in the version table in between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

from assay.errors import UsageError
from assay.history import Graph, resolve
from assay.model import Direction, Revision

if TYPE_CHECKING:
    from assay.trace import Wanted

_STEPS = re.compile(r"[+-]?(\d+)\Z")
"""How many revisions from where the environment stands."""


@dataclass(frozen=True)
class Asked:
    """The way that is asked for."""

    environment: str
    at: tuple[str, ...]
    """The revisions that the environment is at: the rows of its version table; none before the first."""
    to: tuple[str, ...]
    """Where it is to be: as Alembic names revisions, or `+2`, `-1` from where it is; `base` is before the
    first revision."""
    direction: Direction


@dataclass(frozen=True)
class Hop:
    """One revision on the way."""

    revision: Revision
    versions_before: tuple[str, ...]
    """Sorted."""
    versions_after: tuple[str, ...]


def route(wanted: Wanted, asked: Asked) -> tuple[Hop, ...]:
    """The way, from the first revision that runs; empty where the environment is there.

    `wanted.known` is the history. Raises UsageError where the history has no such way.
    """
    graph = Graph({revision.id: revision for revision in wanted.known})
    unknown = [each for each in asked.at if each not in graph.revisions]
    if unknown:
        raise UsageError(
            f"{asked.environment} is at {', '.join(unknown)}, which this history does not have.",
            "Check out the commit that was promoted there last.",
        )
    ids = _upgraded(graph, asked) if asked.direction == "upgrade" else _downgraded(graph, asked)
    return tuple(_hops(wanted, asked, [graph.revisions[each] for each in ids]))


def _upgraded(graph: Graph, asked: Asked) -> list[str]:
    done = graph.ancestors(asked.at)
    count = _count(asked, "+")
    to = graph.heads if count is not None else resolve(graph, asked.to)
    left = graph.ancestors(to) - done
    return [each for each in graph.order() if each in left][:count]


def _downgraded(graph: Graph, asked: Asked) -> list[str]:
    """As Alembic does: what stands on the revision goes, and what stands beside it stays."""
    done = graph.ancestors(asked.at)
    count = _count(asked, "-")
    if count is not None or asked.to == ("base",):
        gone = done
    else:
        to = resolve(graph, asked.to)
        if missing := sorted(to - done):
            raise UsageError(
                f"{asked.environment} does not have revision {missing[0]}: it cannot go back to it.",
                "`assay status` tells where it stands.",
            )
        gone = done & graph.descendants(to, dependencies=True) - to
    return [each for each in reversed(graph.order()) if each in gone][:count]


def _count(asked: Asked, sign: str) -> int | None:
    """The number of revisions that is asked for; None where they are named."""
    steps = _STEPS.match(asked.to[0]) if len(asked.to) == 1 and asked.to[0][:1] == sign else None
    return int(steps[1]) if steps else None


def _hops(wanted: Wanted, asked: Asked, revisions: Iterable[Revision]) -> Iterator[Hop]:
    """What stands in the version table after each, as Alembic writes it."""
    from alembic.runtime.migration import HeadMaintainer, MigrationContext
    from alembic.script import ScriptDirectory

    from assay.render import replace_revisions, step

    class Heads(HeadMaintainer):
        """Of no database."""

        def _insert_version(self, version: str) -> None:
            self.heads.add(version)

        def _delete_version(self, version: str) -> None:
            self.heads.remove(version)

        def _update_version(self, from_: str, to_: str) -> None:
            self.heads.remove(from_)
            self.heads.add(to_)

    directory = ScriptDirectory(str(wanted.project.script_location))
    replace_revisions(directory, wanted.known, wanted.project.toplevel)
    neither = SimpleNamespace(upgrade=_nothing, downgrade=_nothing)
    context: MigrationContext | None = None
    heads = Heads(context, asked.at)  # type: ignore[arg-type]
    for revision in revisions:
        before = tuple(sorted(heads.heads))
        heads.update_to_step(step(directory, revision, asked.direction, neither))
        yield Hop(revision, before, tuple(sorted(heads.heads)))


def _nothing() -> None:
    """In place of what a revision does."""
