"""Roles that revisions name and none of them makes: they belong to the server, and production has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assay.model import Revision
from assay.render import unguarded
from assay.scratch import Server
from assay.trace.model import Tracing

MOST_ROLES = 20
"""Made for one history, each at the cost of one more run."""

_MISSING = re.compile(r'role "(.+)" does not exist')
_DROPS = re.compile(r"\s*DROP\s+(?:ROLE|USER|GROUP)\b", re.IGNORECASE)


def missing_role(text: str | None) -> str | None:
    """The role in PostgreSQL's complaint that there is none of that name."""
    found = _MISSING.search(text or "")
    return found[1] if found else None


def wanted_role(tracing: Tracing) -> str | None:
    """The role for want of which a revision did not run; none that it was about to drop."""
    for trip in tracing.trips.values():
        for step in (trip.upgrade, trip.downgrade):
            last = step.traced[-1].statement.sql if step is not None and step.traced else ""
            if step is not None and (role := missing_role(step.error)) and not _DROPS.match(last):
                return role
    return missing_role(tracing.unreached)


def is_made(role: str, revisions: Iterable[Revision]) -> bool:
    """Whether a revision's text makes the role, so that its place in the history is what is wrong."""
    makes = re.compile(rf'CREATE\s+(?:ROLE|USER|GROUP)\s+"?{re.escape(role)}\b', re.IGNORECASE)
    return any(makes.search(revision.text) for revision in revisions)


def one_more(role: str | None, made: Sequence[str], revisions: Iterable[Revision]) -> str | None:
    """The role, if it is one to make besides those that were `made`, and try again."""
    if role is None or role in made or len(made) == MOST_ROLES or is_made(role, revisions):
        return None
    return role


def make_roles(server: Server, roles: Sequence[str]) -> None:
    """Make those that the server lacks, without a login."""
    from psycopg2 import errors, sql

    if not roles:
        return
    with unguarded(), server.connect() as session, session.cursor() as cursor:
        for role in roles:
            try:
                cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
            except (
                errors.DuplicateObject,
                errors.UniqueViolation,
            ):  # another run's
                continue


def forget_roles(server: Server, roles: Sequence[str]) -> None:
    """Drop them, but for those that a saved state needs."""
    from psycopg2 import errors, sql

    if not roles:
        return
    with unguarded(), server.connect() as session, session.cursor() as cursor:
        for role in roles:
            try:
                cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
            except (errors.DependentObjectsStillExist, errors.InternalError_):
                continue


def note(roles: Sequence[str]) -> str:
    """What is said of them."""
    if len(roles) == 1:
        which, such, it = f"the role {roles[0]}", "such a role", "it"
    else:
        which, such, it = f"the roles {', '.join(roles)}", "such roles", "them"
    return (
        f"No revision makes {which}: for the trace the scratch server was given {such}, without a login. A "
        f"server that the revisions go to has to have {it}."
    )
