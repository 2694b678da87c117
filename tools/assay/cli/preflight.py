"""`assay preflight`: what to ask of the real data before a revision meets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from assay.cli._options import Options, revision_options
from assay.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from assay.preflight import Answer, Query, Unasked
    from assay.trace import Tracing


@click.command()
@click.option(
    "--url", metavar="URL", help="Ask this database: postgresql://… (it shows in the list of processes)."
)
@click.option("--url-env", metavar="NAME", help="Ask the database whose URL is in this environment variable.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.001),
    default=30.0,
    show_default=True,
    help="Seconds for one query.",
)
@revision_options
def command(options: Options, url: str | None, url_env: str | None, timeout: float) -> ExitCode:
    """Print the queries that tell whether real data will refuse revisions, or ask them.

    Revisions run on a throwaway PostgreSQL; each change that data can refuse (NOT NULL, UNIQUE, CHECK,
    foreign keys, narrower types …) gives a query whose answer should be 0. With --url or --url-env each is
    asked in a read-only transaction, and the command fails where an answer is another.
    """
    from assay.cli._session import Session
    from assay.cli._tracing import Servers
    from assay.preflight import Query, Unasked, answers, questions
    from assay.preflight.document import to_document

    address = _address(url, url_env)
    session = Session("preflight", options)
    with Servers(session) as servers:
        session.trace(servers)
    asked = [each for tracing in session.tracings[:1] for each in questions(tracing)]
    queries = [each for each in asked if isinstance(each, Query)]
    unasked = [each for each in asked if isinstance(each, Unasked)]
    problems = [finding.message for finding in session.judge_left_out()]
    problems += [problem for tracing in session.tracings[:1] for problem in _problems(tracing)]
    answered = [] if address is None else list(answers(queries, address, timeout))
    if options.format == "json":
        click.echo(json.dumps(to_document(queries, unasked, answered, problems), indent=2))
    elif asked:
        _print_script(queries, unasked) if address is None else _print_answers(answered, unasked)
    elif not problems:
        count = len(session.history.selected)
        said = f"Nothing to ask: no data can refuse {count} revision{'' if count == 1 else 's'}."
        click.echo(f"-- {said}" if address is None else said)
    for problem in problems:
        click.echo(f"assay: {problem}", err=True)
    failed = bool(problems) or any(answer.failed for answer in answered)
    return ExitCode.FINDINGS if failed else ExitCode.OK


def _address(url: str | None, variable: str | None) -> str | None:
    from assay.catalog.source import chosen
    from assay.database import url_in

    if url is not None and variable is not None:
        raise UsageError("--url and --url-env cannot be combined.", "Give only one of them.")
    if variable is not None:
        return url_in(variable)
    return None if url is None else chosen(None, url, None)


def _problems(tracing: Tracing) -> list[str]:
    """Why some changes may not have been seen."""
    if tracing.unreached is not None:
        return [f"the state before the revisions could not be built: {tracing.unreached}."]
    return [
        f"revision {revision} does not run ({trip.upgrade.error}), so what it changes is not known."
        for revision, trip in tracing.trips.items()
        if trip.upgrade.error is not None
    ]


def _print_script(queries: list[Query], unasked: list[Unasked]) -> None:
    """A script that psql takes: each query below what it is about."""
    from assay._clean import clean

    for query in queries:
        needs = f" It takes PostgreSQL {query.needs} or later." if query.needs else ""
        click.echo(clean(f"-- {query.path}:{query.line}: {query.title}? Expect {query.expected}.{needs}"))
        click.echo(clean(f"{query.sql};") + "\n")
    for each in unasked:
        click.echo(clean(f"-- {each.path}:{each.line}: {each.title}? Cannot be asked: {each.why}."))


def _print_answers(answered: list[Answer], unasked: list[Unasked]) -> None:
    from assay._clean import clean

    for answer in answered:
        if answer.unasked is None:
            _print_answer(answer)
    untold = [f"{_where(a.query)}? Cannot be asked: {a.unasked}." for a in answered if a.unasked is not None]
    asked = len(answered) - len(untold)
    untold += [f"{_where(each)}? Cannot be asked: {each.why}." for each in unasked]
    for line in untold:
        click.echo(clean(f"?     {line}"))
    failed = sum(answer.failed for answer in answered)
    click.echo(f"{asked} asked, {failed} failed, {len(untold)} cannot be asked.")


def _where(asked: Query | Unasked) -> str:
    return f"{asked.path}:{asked.line}: {asked.title}"


def _print_answer(answer: Answer) -> None:
    from assay._clean import clean
    from assay.preflight import MOST

    query = answer.query
    said = f"not answered: {answer.error}" if answer.error is not None else f"{answer.found}"
    if answer.found == str(MOST):
        said += " or more"
    click.echo(clean(f"{'ok  ' if answer.fine else 'FAIL'}  {_where(query)}? {said}"))
    if not answer.fine:
        click.echo(clean(f"      {query.sql};"))
