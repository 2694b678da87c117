"""The part of SARIF 2.1.0 that is written, as structs: names and shapes are the standard's.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html

Own structs, because the libraries bring less than they cost: sarif-om has had no release since 2019 and
checks nothing, sarif-pydantic puts pydantic beside msgspec. The tests hold the output against the standard's
schema.
"""

from __future__ import annotations

from typing import Literal

import msgspec

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
"""The address that GitHub's documentation gives."""

Level = Literal["note", "warning", "error"]


class _Object(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """Fields at their default are left out: GitHub refuses empty strings, the standard null."""


class Message(_Object):
    """A text."""

    text: str
    markdown: str | None = None


class Region(_Object):
    """A place in a file, 1-based; the end column is the one behind the last character."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class ArtifactLocation(_Object):
    """A file, relative to the git top level."""

    uri: str


class PhysicalLocation(_Object):
    """A place."""

    artifact_location: ArtifactLocation
    region: Region


class Location(_Object):
    """A place."""

    physical_location: PhysicalLocation


class Suppression(_Object):
    """Why a finding does not count."""

    kind: Literal["inSource", "external"]
    justification: str | None = None


class Result(_Object):
    """A finding."""

    rule_id: str
    rule_index: int
    level: Level
    message: Message
    locations: list[Location]
    partial_fingerprints: dict[str, str]
    suppressions: list[Suppression] | None = None


class Configuration(_Object):
    """How severe a rule is."""

    level: Level


class Rule(_Object):
    """A `reportingDescriptor`."""

    id: str
    name: str
    short_description: Message
    full_description: Message
    default_configuration: Configuration
    help: Message
    properties: dict[str, str | list[str]]
    help_uri: str | None = None


class Driver(_Object):
    """The program."""

    name: str
    semantic_version: str
    rules: list[Rule]


class Tool(_Object):
    """The program."""

    driver: Driver


class Notification(_Object):
    """A remark about the run."""

    level: Level
    message: Message


class Invocation(_Object):
    """A run of the program."""

    execution_successful: bool
    tool_execution_notifications: list[Notification]


class Provenance(_Object):
    """Where the files come from."""

    repository_uri: str
    revision_id: str | None = None


class AutomationDetails(_Object):
    """What distinguishes this analysis from others of the same commit: `category/run`."""

    id: str


class Run(_Object):
    """One analysis."""

    tool: Tool
    invocations: list[Invocation]
    automation_details: AutomationDetails
    results: list[Result]
    column_kind: Literal["unicodeCodePoints"]
    version_control_provenance: list[Provenance] | None = None


class Log(_Object):
    """The file."""

    version: Literal["2.1.0"]
    runs: list[Run]
    schema: str = msgspec.field(name="$schema")
