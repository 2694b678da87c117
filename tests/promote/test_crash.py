"""A run that ends at any place, on each version; `make chaos` does worse to it."""

from __future__ import annotations

from tests.promote.chaos.subject import QUERIES, START, subject
from tests.promote.world import Crash, World, crash_at, promote


def test_a_run_that_dies_again_and_again_comes_to_the_end(world: World) -> None:
    """Each run comes a little further than the one before."""
    about = subject(world)
    with world.database(START) as name:
        for n in range(5, 200):
            try:
                outcome = promote(world.target(name), about.plan, point=crash_at(n % 17 + 5))
            except Crash:
                continue
            assert outcome.exit_code == 0, outcome
            break
        assert world.end(name, *QUERIES) == about.end
