"""What goes over the pipe between the main process and a worker: JSON, one line a message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict

if TYPE_CHECKING:
    from assay.model import Origin

UNPARSABLE = "PRS"
"""sqlfluff's code for what it cannot parse; what it cannot lex is told under it as well."""

UNUSED_NOQA = "NOQA"
"""sqlfluff's code for a `noqa` that silences nothing."""

MALFORMED_NOQA = "NOQA?"
"""Ours: sqlfluff tells a malformed `noqa` as a parse error."""


class Violation(NamedTuple):
    """One thing that sqlfluff says about a text."""

    code: str
    name: str
    description: str
    line: int
    """1-based line of the text that was linted."""
    column: int
    """1-based column of that line."""
    raw: str
    """The piece of SQL that it is about, cut short."""
    warning: bool
    rewrite: str
    """The line with everything mended that sqlfluff can mend within it; empty when it cannot."""
    documented: bool
    """sqlfluff's own rule, which has a page in its documentation."""


class Job(Struct, frozen=True):
    """One statement to lint."""

    folder: str
    """Absolute path of the folder whose sqlfluff configuration holds."""
    origin: Origin
    readings: tuple[str, ...]
    """The text. Several where nobody knows how its first line was indented: the kindest one counts."""


class Answer(Struct, frozen=True):
    """What a worker says about a job."""

    reading: int
    """Which of the job's readings `violations` are about."""
    violations: tuple[Violation, ...]
    remarks: tuple[str, ...] = ()
    """What sqlfluff logged about this statement (warnings and worse)."""
    notices: tuple[str, ...] = ()
    """What sqlfluff logged about its configuration and plugins."""


def encode(value: Any) -> bytes:
    """One line of JSON, ASCII only."""
    return json.dumps(value).encode() + b"\n"


def to_data(value: Job | Answer) -> dict[str, Any]:
    """`value` as JSON data."""
    return asdict(value)


def to_job(data: dict[str, Any]) -> Job:
    """The inverse of `to_data`."""
    return Job(data["folder"], data["origin"], tuple(data["readings"]))


def to_answer(data: dict[str, Any]) -> Answer:
    """The inverse of `to_data`; raises KeyError or TypeError for anything else."""
    violations = tuple(Violation(*row) for row in data["violations"])
    return Answer(data["reading"], violations, tuple(data["remarks"]), tuple(data["notices"]))
