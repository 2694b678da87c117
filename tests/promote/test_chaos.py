"""A sample of `make chaos`: each place by name and each disturbance once, with chance that is always the same."""

from __future__ import annotations

from functools import partial
from random import Random

import pytest
from assay.promote import POINTS

from tests.promote.chaos.campaign import step, trial
from tests.promote.chaos.disturbances import AT_A_PLACE, DISK_FULL, DISTURBANCES, killed_at_a_place
from tests.promote.chaos.machine import NO_DISK, Machine
from tests.promote.chaos.subject import Subject, subject
from tests.promote.world import World

SEED = "sample"

OTHERS = [title for title in DISTURBANCES if title != AT_A_PLACE]


@pytest.fixture(scope="module")
def about(durable: Machine) -> Subject:
    return subject(World(durable.server))


def test_every_place_is_reached(about: Subject) -> None:
    assert {*POINTS} - {*about.places} == {"repaired"}


@pytest.mark.parametrize(("point", "title"), list(zip(POINTS, [*OTHERS, *OTHERS[:2]], strict=True)))
def test_a_rerun_ends_as_if_nothing_had_been(
    durable: Machine, about: Subject, point: str, title: str
) -> None:
    if title == DISK_FULL and durable.disk is None:
        pytest.skip(NO_DISK)
    steps = [step(title)]
    if point in about.places:
        places = [n for n, name in enumerate(about.places, 1) if name == point]
        place = Random(SEED + point).choice(places)
        steps.insert(0, (AT_A_PLACE, partial(killed_at_a_place, place=place)))
    done = trial(about, durable, f"{SEED} {point}", steps)
    assert not done.wrong, str(done)
