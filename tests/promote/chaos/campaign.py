"""Trials: one target each, disturbed once or more often, and then brought to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

from assay.promote import VersionTable, read_state

from tests.promote.chaos.disturbances import (
    AT_A_PLACE,
    DISK_FULL,
    DISTURBANCES,
    Scene,
    killed_at_a_place,
)
from tests.promote.chaos.machine import Machine
from tests.promote.chaos.process import KILLED, Ended
from tests.promote.chaos.subject import QUERIES, START, Subject
from tests.promote.world import promote

Step = tuple[str, Callable[[Scene], list[Ended]]]
"""What disturbs, and its doing."""

MOST = 3
"""Disturbances of one trial."""


@dataclass
class Trial:
    """What happened to one target."""

    seed: str
    """What makes the same chance again."""
    happened: list[tuple[str, Ended]] = field(default_factory=list)
    """Each run, and what disturbed it."""
    wrong: tuple[str, ...] = ()
    """How its end differs from an undisturbed run's."""

    @property
    def kills(self) -> int:
        """Runs that SIGKILL ended."""
        return sum(ended.result == KILLED for _, ended in self.happened)

    def __str__(self) -> str:
        lines = [f"trial {self.seed}:"]
        for title, ended in self.happened:
            last = f" after {len(ended.places)} places, at `{ended.places[-1]}`" if ended.places else ""
            lines.append(f"  {title}: {ended.result}{last}. {ended.message}".rstrip(" ."))
        return "\n".join([*lines, *(f"  WRONG: {line}" for line in self.wrong)])


def trial(subject: Subject, machine: Machine, seed: str, steps: Sequence[Step]) -> Trial:
    """Disturb one target in these ways, one after the other, and bring it to its end."""
    made, random = Trial(seed), Random(seed)
    with subject.world.database(START) as name:
        scene = Scene(subject, machine, name, random)
        for title, happen in steps:
            made.happened += [(title, ended) for ended in happen(scene)]
        made.wrong = (*_unexpected(made), *_wrong(subject, name))
    return made


def campaign(subject: Subject, machine: Machine, seed: int, kills: int) -> Iterator[Trial]:
    """A kill at each place of an undisturbed run, and whatever chance wants until there were so many kills."""
    done, number = 0, 0
    while done < kills or number < len(subject.places):
        number += 1
        made = numbered(subject, machine, seed, number)
        done += made.kills
        yield made


def numbered(subject: Subject, machine: Machine, seed: int, number: int) -> Trial:
    """The trial of that number, from 1, of a campaign."""
    random = Random(f"{seed}:{number}:steps")
    steps: list[Step] = []
    if number <= len(subject.places):
        steps.append((AT_A_PLACE, partial(killed_at_a_place, place=number)))
    possible = [step(title) for title in DISTURBANCES if machine.disk is not None or title != DISK_FULL]
    steps += random.choices(possible, k=random.randint(0 if steps else 1, MOST - len(steps)))
    return trial(subject, machine, f"{seed}:{number}", steps)


def step(title: str) -> Step:
    """One where chance decides everything."""
    return title, DISTURBANCES[title].happen


def _unexpected(made: Trial) -> Iterator[str]:
    """Runs that told something else than what had happened to them."""
    for title, ended in made.happened:
        if ended.result not in ("applied", "nothing", *DISTURBANCES[title].ends):
            yield f"{title}: the run ended as {ended.result}: {ended.message}"


def _wrong(subject: Subject, name: str) -> Iterator[str]:
    """Run it undisturbed, and compare."""
    outcome = promote(subject.world.target(name), subject.plan)
    if outcome.exit_code:
        yield f"the rerun ended as {outcome.result}: {outcome.message} {' / '.join(outcome.detail)}"
    end = subject.world.end(name, *QUERIES)
    for what, expected in subject.end.items():
        if end[what] != expected:
            yield f"{what}: {end[what]}, and undisturbed {expected}"
    left = subject.world.left(name)
    if left:
        yield f"locks are left: {left}"
    state = read_state(subject.world.target(name), VersionTable())
    if not state.verified or state.half_done is not None or state.under_way is not None:
        yield f"the ledger says {state}"
