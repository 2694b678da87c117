"""A fleet: the databases of one environment, canaries first, then waves, until one does not end well."""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from assay.config import Environment
from assay.errors import ExitCode
from assay.promote.outcome import Outcome

CANARIES = "canaries"


class Wave(msgspec.Struct, frozen=True):
    """Databases that get a change together."""

    name: str
    """`canaries`, or a number from 1."""
    databases: tuple[str, ...]


class Ended(msgspec.Struct, kw_only=True):
    """One database of a fleet in the JSON document."""

    database: str
    wave: str
    outcome: Outcome | None
    """Null where it was not begun, for an earlier one had not ended well."""


def waves(environment: Environment, chosen: Collection[str] = ()) -> list[Wave]:
    """The waves of a fleet, of the `chosen` databases only if there are any: each stays in its wave."""
    others = [name for name in environment.databases if name not in environment.canaries]
    size = environment.wave or len(others) or 1
    parts = [tuple(others[n : n + size]) for n in range(0, len(others), size)]
    found = [Wave(CANARIES, environment.canaries), *(Wave(str(n), part) for n, part in enumerate(parts, 1))]
    kept = [
        Wave(wave.name, tuple(name for name in wave.databases if not chosen or name in chosen))
        for wave in found
    ]
    return [wave for wave in kept if wave.databases]


def in_waves(found: list[Wave], max_parallel: int, one: Callable[[str], Outcome]) -> dict[str, Outcome]:
    """How `one` ended on each database; once it has not ended well on one, it begins on no other.

    In threads: `max_parallel` at once, and a wave is over before the next one begins.
    """
    from concurrent.futures import ThreadPoolExecutor

    ended: dict[str, Outcome] = {}

    def begin(name: str) -> None:
        if all(outcome.exit_code == ExitCode.OK for outcome in ended.copy().values()):
            ended[name] = one(name)

    for wave in found:
        with ThreadPoolExecutor(max_parallel) as pool:
            for begun in [pool.submit(begin, name) for name in wave.databases]:
                begun.result()
    return ended
