"""What a revision's file should be called, as `file_template` says (alembic.script.base, `_rev_path`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from assay.history.project import Project
from assay.model import Revision

_TOKEN = re.compile(r"%(?:%|\((?P<name>\w+)\)(?P<format>[-#0 +]*\d*(?:\.\d+)?[a-z]))")
_DATE = ("year", "month", "day", "hour", "minute", "second")
_WORDS = re.compile(r"\w+")
_NO_MESSAGE = "empty message"
"""What Alembic writes where `-m` was not given; the file's name has no slug then."""


def slug(project: Project, revision: Revision) -> str:
    """The message as a file name carries it, cut as Alembic cuts it."""
    full = _full_slug(revision)
    if len(full) <= project.truncate_slug_length:
        return full
    return full[: project.truncate_slug_length].rsplit("_", 1)[0] + "_"


def carries(project: Project, revision: Revision, name: str) -> bool:
    """Whether `name` (relative to the version folder) is of the template, with this id and message.

    Dates are not compared, and a slug may be cut anywhere or go on: people shorten names and messages.
    Where there is no message, the slug is free.
    """
    tokens = iter(range(1_000))

    def pattern(token: re.Match[str]) -> str:
        if token["name"] is None:
            return "%"
        if token["name"] == "rev":
            return re.escape(revision.id)
        return rf"(?P<slug_{next(tokens)}>\w*)" if token["name"] == "slug" else r"\d+"

    found = re.fullmatch(_substitute(project.file_template, pattern) + r"\.py", name)
    full = _full_slug(revision)
    return found is not None and all(not full or _same(each, full) for each in found.groups())


def expected(project: Project, revision: Revision) -> str | None:
    """The name that Alembic would give; None where the template needs a date that the file does not tell."""
    values: dict[str, object] = {"rev": revision.id, "slug": slug(project, revision)}
    try:
        date = datetime.fromisoformat((revision.create_date or "").strip())
        values |= {name: getattr(date, name) for name in _DATE}
        values["epoch"] = int(date.timestamp())
    except ValueError:
        pass
    try:
        return project.file_template % values + ".py"
    except (KeyError, ValueError, TypeError):
        return None


def _full_slug(revision: Revision) -> str:
    message = "" if revision.message == _NO_MESSAGE else revision.message
    return "_".join(_WORDS.findall(message)).lower()


def _same(found: str, full: str) -> bool:
    found = found.lower().rstrip("_")
    return bool(found) and (full.startswith(found) or found.startswith(full))


def _substitute(template: str, pattern: Callable[[re.Match[str]], str]) -> str:
    parts, position = [], 0
    for token in _TOKEN.finditer(template):
        parts += [re.escape(template[position : token.start()]), pattern(token)]
        position = token.end()
    return "".join([*parts, re.escape(template[position:])])
