"""What was read of an environment, and what came of the comparison. The structs are the formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from assay import __version__
from assay.errors import UsageError

FORMAT_VERSION: Literal[1] = 1

State = Literal["clean", "drifted", "unknown"]

T = TypeVar("T")


class Tool(msgspec.Struct):
    """The program that wrote the document."""

    name: Literal["assay"] = "assay"
    version: str = __version__


class Reading(msgspec.Struct, kw_only=True):
    """What one environment said, at one moment: what `assay drift --save` writes."""

    version: Literal[1] = FORMAT_VERSION
    """Of this format."""
    tool: Tool = msgspec.field(default_factory=Tool)
    environment: str
    revisions: list[str] = []
    """What stands in its `alembic_version`."""
    schema: dict[str, Any] | None = None
    """The snapshot, as `assay schema --format json` prints it."""
    problem: str | None = None
    """Why it could not be read; without it, `schema` is there."""


class Drift(msgspec.Struct, kw_only=True):
    """How one environment compares with its revision."""

    environment: str
    state: State
    """`unknown`: it could not be read, or its revision is not in this history."""
    revisions: list[str]
    expected: str | None = None
    """The fingerprint of what the revision makes."""
    found: str | None = None
    """The fingerprint of what is there."""
    changes: list[str] = []
    """From what the revision makes to what is there, a line an object, as `assay diff` prints it."""
    problem: str | None = None
    """Why it is `unknown`."""


class Report(msgspec.Struct, kw_only=True):
    """What `assay drift --format json` prints."""

    version: Literal[1] = FORMAT_VERSION
    """Of this format."""
    tool: Tool = msgspec.field(default_factory=Tool)
    command: Literal["drift"] = "drift"
    environments: list[Drift]

    def of(self, state: State) -> list[Drift]:
        """Those in that state."""
        return [drift for drift in self.environments if drift.state == state]


def load_reading(path: Path) -> Reading:
    """What `--save` wrote. UsageError where it is something else."""
    return _load(path, Reading, "Write one with `assay drift --save FOLDER`.")


def load_report(path: Path) -> Report:
    """What `assay drift --format json` printed. UsageError where it is something else."""
    return _load(path, Report, "Write one with `assay drift --format json > FILE`.")


def _load(path: Path, kind: type[T], advice: str) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.", advice) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not what it should be ({error}).", advice) from error
