"""Runs a plan on the databases of a fleet, and tells of all of them at the end."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from assay._clean import clean
from assay.cli._promotion import dumped, earlier_of, environment, job_of, target_of
from assay.cli._table import table
from assay.errors import ExitCode, UsageError
from assay.redact import redact

if TYPE_CHECKING:
    from assay.config import Environment
    from assay.promote import Ended, Outcome, Plan, Seal, Wave

T = TypeVar("T")


def run_fleet(
    folder: Path, plan: Plan, seal: Seal, name: str, command: str, given: dict[str, Any]
) -> ExitCode:
    """Apply the plan to the fleet, or to the databases of it that are asked for, as `run` does to one."""
    from assay.cli._rederive import rederive
    from assay.promote import Stop, apply, in_waves

    listed = environment(name)
    found, before = _asked(name, listed, given)
    databases = [each for wave in found for each in wave.databases]
    if given["url_env"] is not None and len(databases) > 1:
        raise UsageError("--url-env is for one database.", "Name it with --database NAME.")
    stop = Stop()
    jobs = {
        each: job_of(folder, plan, target_of(f"{name}.{each}", given["url_env"]), given, stop)
        for each in databases
    }
    again = None if given["no_rederive"] else _once(rederive(plan, given["url_env"]))
    earlier = _once(earlier_of(listed, given["after_ledger"]))

    def one(database: str) -> Outcome:
        try:
            return apply(jobs[database], seal, lose=given["lose"], rederive=again, earlier=earlier)
        except UsageError as error:
            return _refused(plan, error.message, error.advice)

    late = [label for label in before if not _has(plan, label)]
    if late:
        why = f"The waves before are not where the plan ends: {', '.join(late)}."
        advice = "Apply the plan there first, or name databases that need not wait: --database NAMES."
        outcomes = dict.fromkeys(databases, _refused(plan, why, advice))
    else:
        with stop.on_signals():
            outcomes = in_waves(found, listed.max_parallel, one)
    go_on = f"assay apply {shlex.quote(str(folder))} --env {name}"
    go_on += f" --database {given['databases']}" if given["databases"] else ""
    go_on += f" --wave {given['wave']}" if given["wave"] else ""
    return _tell(name, command, _ended(found, outcomes), given["go_on"] or go_on, given["format"])


def _asked(name: str, listed: Environment, given: dict[str, Any]) -> tuple[list[Wave], list[str]]:
    """The waves to run, and the labels of what --wave has wait for. Raises UsageError."""
    from assay.promote import waves

    wanted, chosen = given["wave"], chosen_of(name, listed, given)
    if wanted is None:
        return waves(listed, chosen), []
    if chosen:
        raise UsageError("--wave and --database contradict each other.", "Give only one of them.")
    every = waves(listed)
    names = [wave.name for wave in every]
    if wanted not in names:
        raise UsageError(f"{name} has no wave `{wanted}`.", f"Known: {', '.join(names)}.")
    place = names.index(wanted)
    return [every[place]], [f"{name}.{each}" for wave in every[:place] for each in wave.databases]


def _refused(plan: Plan, message: str, advice: str) -> Outcome:
    from assay.promote import Outcome

    return Outcome(
        result="refused", environment=plan.environment, plan=plan.checksum, message=message, advice=advice
    )


def _has(plan: Plan, label: str) -> bool:
    """Whether that database is where the plan ends, and verified."""
    from assay.promote import read_state

    state = read_state(target_of(label), plan.version_table)
    return set(state.at) == set(plan.revisions[-1].versions_after) and state.unfinished_plan is None


def chosen_of(name: str, listed: Environment, given: dict[str, Any]) -> list[str]:
    """The databases that --database names; none where it is not given. Raises UsageError."""
    from difflib import get_close_matches

    if not listed.databases and (given["databases"] is not None or given["wave"] is not None):
        raise UsageError(f"{name} is one database.", "Leave --database and --wave out: they are for a fleet.")
    chosen = [] if given["databases"] is None else given["databases"].split(",")
    for each in chosen:
        if each not in listed.databases:
            near = get_close_matches(each, listed.databases, n=1)
            raise UsageError(
                f"{name} has no database `{each}`.",
                f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(listed.databases)}.",
            )
    return chosen


def _once(make: Callable[[], T] | None) -> Callable[[], T] | None:
    """The same, made once for all databases."""
    if make is None:
        return None
    made: list[T] = []
    lock = Lock()

    def get() -> T:
        with lock:
            if not made:
                made.append(make())
            return made[0]

    return get


def _ended(found: list[Wave], outcomes: dict[str, Outcome]) -> list[Ended]:
    from assay.promote import Ended

    return [
        Ended(database=each, wave=wave.name, outcome=outcomes.get(each))
        for wave in found
        for each in wave.databases
    ]


def _tell(name: str, command: str, ended: list[Ended], go_on: str, format: str) -> ExitCode:  # noqa: A002
    code = max(each.outcome.exit_code for each in ended if each.outcome is not None)
    on = go_on if code else None
    if format == "json":
        content = {"environment": name, "databases": msgspec.to_builtins(ended), "go_on": on}
        click.echo(dumped(command, content))
        return code
    for line in table(("DATABASE", "WAVE", "RESULT", "AT", ""), *map(_row, ended)):
        click.echo(line)
    for each in ended:
        for line in _details(each):
            click.echo(clean(redact(f"{each.database}: {line}")))
    if on is not None:
        click.echo(f"Go on with: {on}")
    return code


def _row(each: Ended) -> tuple[str, ...]:
    outcome = each.outcome
    if outcome is None:
        return each.database, each.wave, "not begun", "", ""
    at = "unknown" if outcome.at is None else ", ".join(outcome.at) or "no revision"
    return each.database, each.wave, outcome.result, at, outcome.message


def _details(each: Ended) -> Iterator[str]:
    outcome = each.outcome
    if outcome is None:
        return
    yield from outcome.detail
    if outcome.half_done is not None:
        half = outcome.half_done
        yield f"revision {half.revision} is half done: {half.segment} of {half.segments} parts."
    if outcome.advice:
        yield outcome.advice
