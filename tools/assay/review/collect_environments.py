"""What is still pending on each environment, once the change is merged."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from assay.database import connect, reason, url_in
from assay.errors import AssayError, EnvironmentFailedError
from assay.history import Graph
from assay.review.model import Environment
from assay.versions import VersionTable, read_versions, version_table

LIMITS = "SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '2s'"
"""Of the transaction that asks: it reads a table of one row."""


def environments(
    variables: Mapping[str, str], env_py: Path, graph: Graph, order: Iterable[str]
) -> list[Environment]:
    """Each of them, by the variables of their URLs, in the order in which they are promoted to; read-only."""
    table, ids = version_table(env_py), list(order)
    return [_environment(name, variable, table, graph, ids) for name, variable in variables.items()]


def _environment(
    name: str, variable: str, table: VersionTable, graph: Graph, order: list[str]
) -> Environment:
    if not os.environ.get(variable):
        return Environment(name=name, at=None, pending=[], unknown=[])
    try:
        at = _revisions_at(url_in(variable), table)
    except AssayError as error:
        return Environment(name=name, at=None, pending=[], unknown=[], problem=error.message)
    unknown = [each for each in at if each not in graph.revisions]
    done = graph.ancestors(each for each in at if each in graph.revisions)
    pending = [] if unknown else [each for each in order if each not in done]
    return Environment(name=name, at=at, pending=pending, unknown=unknown)


def _revisions_at(url: str, table: VersionTable) -> list[str]:
    import psycopg2

    opened = connect(url)
    try:
        opened.set_session(readonly=True)
        with opened.cursor() as cursor:
            cursor.execute(LIMITS)
            return list(read_versions(cursor, table))
    except psycopg2.Error as error:
        raise EnvironmentFailedError(
            f"The database did not tell its revision: {reason(error, url)}.",
            "Look at the rights of the user.",
        ) from None
    finally:
        opened.close()
