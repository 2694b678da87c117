"""The JSON documents of the commands that promote, of `assay scratch` and of `assay stats`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from assay.cli.environments import Listed
from assay.promote import Ended, Entry, Outcome, Plan, Seal, Standing
from assay.stats import TableSize


class Tool(Struct, kw_only=True):
    """The program that wrote the document."""

    name: Literal["assay"]
    version: str


class Head(Struct, kw_only=True):
    """What every document begins with."""

    version: Literal[1]
    tool: Tool


class EnvironmentsDocument(Head, kw_only=True):
    """Of `assay environments`."""

    command: Literal["environments"]
    environments: list[Listed]


class StatusDocument(Head, kw_only=True):
    """Of `assay status`."""

    command: Literal["status"]
    environments: list[Standing]


class LedgerDocument(Head, kw_only=True):
    """Of `assay ledger`."""

    command: Literal["ledger"]
    environment: str
    entries: list[Entry]
    """Oldest first."""


class FleetLedgerDocument(Head, kw_only=True):
    """Of `assay ledger`, where the environment is a fleet."""

    command: Literal["ledger"]
    environment: str
    databases: dict[str, list[Entry]]


class PlanDocument(Head, kw_only=True):
    """Of `assay plan`."""

    command: Literal["plan"]
    plan: Plan
    folder: str


class PlanShownDocument(Head, kw_only=True):
    """Of `assay plan show`."""

    command: Literal["plan show"]
    plan: Plan
    seal: Seal


class OutcomeDocument(Outcome, kw_only=True, frozen=True):
    """Of `assay apply`, `rollback` and `resume`."""

    version: Literal[1]
    tool: Tool
    command: Literal["apply", "rollback", "resume"]


class FleetOutcomeDocument(Head, kw_only=True):
    """Of `assay apply`, `rollback` and `resume`, where the environment is a fleet."""

    command: Literal["apply", "rollback", "resume"]
    environment: str
    databases: list[Ended]
    go_on: str | None
    """The one command that goes on."""


class Server(Struct, kw_only=True):
    """One scratch server."""

    name: str
    """PostgreSQL's major version and where it is from: `18-embedded`."""
    major: int
    folder: str
    running: bool
    pid: int | None
    bytes: int
    databases: int
    """Kept for later runs, or in use."""


class ScratchStatusDocument(Head, kw_only=True):
    """Of `assay scratch status`."""

    command: Literal["scratch status"]
    servers: list[Server]


class ScratchStopDocument(Head, kw_only=True):
    """Of `assay scratch stop`."""

    command: Literal["scratch stop"]
    stopped: list[str]


class ScratchCleanDocument(Head, kw_only=True):
    """Of `assay scratch clean`."""

    command: Literal["scratch clean"]
    removed: list[str]


class StatsDocument(Struct, kw_only=True):
    """Of `assay stats`, and what `--stats` reads."""

    version: Literal[1]
    tables: dict[str, TableSize]
    """By name, with the schema where it is not `public`."""


PROMOTION = (
    EnvironmentsDocument,
    StatusDocument,
    LedgerDocument,
    FleetLedgerDocument,
    PlanDocument,
    PlanShownDocument,
    OutcomeDocument,
    FleetOutcomeDocument,
)
SCRATCH = (ScratchStatusDocument, ScratchStopDocument, ScratchCleanDocument)
