"""The hidden first line by which Assay knows its own comments and issues, and their age."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

LIMIT = 65_536
"""Characters of a comment's or an issue's body, ours included; GitHub answers more with 422."""

RESERVED = 114
"""Characters that the marker and its line end may take of them."""

BODY_LIMIT = LIMIT - RESERVED
"""Characters that are left for a body."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_LINE = re.compile(
    r"<!-- assay:(?P<name>[a-z0-9-]+) run=(?P<id>[0-9]{1,19})\.(?P<attempt>[0-9]{1,9}) -->\r?\n"
)


class Run(NamedTuple):
    """The workflow run whose result is told; of two, the later knows better.

    On `workflow_run` this is the run that made the report (`workflow_run.id`, `.run_attempt`), not the one
    that posts it: an old commit's slow check may end after a new one's. GitHub counts ids up.
    """

    id: int
    attempt: int = 1


@dataclass(frozen=True)
class Marked:
    """A body and whose result it is."""

    name: str
    run: Run
    text: str

    def __str__(self) -> str:
        return f"<!-- assay:{self.name} run={self.run.id}.{self.run.attempt} -->\n{self.text}"

    def same_text(self, other: Marked) -> bool:
        """Whether a reader sees the same; GitHub may change line ends and what stands at the very end."""
        return _plain(self.text) == _plain(other.text)


def marked(name: str, run: Run, text: str) -> Marked:
    """A body to post.

    Raises:
        ValueError: a programming error: no name, or more than BODY_LIMIT characters.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"a marker is a word of small letters, digits and hyphens, not {name!r}")
    if not (0 <= run.id < 10**19 and 0 <= run.attempt < 10**9):
        raise ValueError(f"no run has the number {run}")
    if len(text) > BODY_LIMIT:
        raise ValueError(f"{len(text)} characters are more than {BODY_LIMIT}; cut the body where it is made")
    return Marked(name, run, text)


def read_marker(body: str | None, name: str) -> Marked | None:
    """What stands in a body that begins with the marker `name`, else None: a quoted marker is no marker."""
    match = _LINE.match(body or "")
    if body is None or match is None or match["name"] != name:
        return None
    return Marked(name, Run(int(match["id"]), int(match["attempt"])), body[match.end() :])


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
