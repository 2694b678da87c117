"""`make chaos`: disturb promotions until so many were killed; see how each ends."""

from __future__ import annotations

import argparse
import sys
import time
from random import SystemRandom

from assay.scratch import find_binaries

from tests.promote.chaos.campaign import Trial, campaign, numbered
from tests.promote.chaos.machine import NO_DISK, machine
from tests.promote.chaos.report import table, verdict
from tests.promote.chaos.subject import subject
from tests.promote.world import World


def main() -> int:
    """Run the campaign; 0 if every trial ended as it must."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument(
        "--seed", default="", help="what makes the same chance again: 7, or 7:42 for one trial of it"
    )
    parser.add_argument("--kills", type=int, default=200, help="how many runs are killed at least (200)")
    parser.add_argument(
        "--postgresql", type=int, default=find_binaries().major, help="the version of the server"
    )
    parser.add_argument("--verbose", action="store_true", help="tell what happened in each trial")
    arguments = parser.parse_args()
    seed, _, only = arguments.seed.partition(":")
    seed = seed or str(SystemRandom().randrange(10**6))
    print(f"seed {seed}, PostgreSQL {arguments.postgresql}", flush=True)
    trials, started = list[Trial](), time.monotonic()
    with machine(arguments.postgresql) as server:
        if server.disk is None:
            print(NO_DISK)
        about = subject(World(server.server))
        if only:
            chosen = iter([numbered(about, server, int(seed), int(only))])
        else:
            chosen = campaign(about, server, int(seed), arguments.kills)
        for done in chosen:
            trials.append(done)
            _tell(trials, arguments)
    print("\n".join(["", *table(trials), ""]))
    print(verdict(trials))
    kills = sum(t.kills for t in trials)
    print(
        f"{kills} kills in {time.monotonic() - started:.0f} s. The same again: make chaos SEED={arguments.seed or seed} KILLS={arguments.kills}"
    )
    return 1 if any(t.wrong for t in trials) else 0


def _tell(trials: list[Trial], arguments: argparse.Namespace) -> None:
    last = trials[-1]
    if last.wrong or arguments.verbose:
        print(last, flush=True)
    if last.wrong:
        print(f"This trial again: make chaos SEED={last.seed}", flush=True)
    elif len(trials) % 20 == 0:
        kills = sum(t.kills for t in trials)
        print(f"{len(trials)} trials, {kills} of {arguments.kills} kills", flush=True)


if __name__ == "__main__":
    sys.exit(main())
