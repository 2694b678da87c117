"""Render: the SQL of a revision, offline, each statement tied to its line in the .py file.

The second half of the door is for `assay.trace`, which runs the same revisions on a scratch server: how
the project's code is run in this process, located, and kept from other databases.
"""

from __future__ import annotations

from assay.render._render import (
    Failure,
    Rendered,
    Rendering,
    env_problem,
    explain,
    is_refusal,
    line_in,
    render,
)
from assay.render.capture import Recorder, Script, located_batches, ordered_indexes
from assay.render.guard import ForeignConnectionError, Guard, no_connections, unguarded
from assay.render.locate import line_of, part_of, source_map
from assay.render.scripts import MissingFunction, load, replace_revisions, step
from assay.render.split import Piece, split
from assay.render.workspace import EnvSettings, alembic_config, boot, workspace

__all__ = [
    "EnvSettings",
    "Failure",
    "ForeignConnectionError",
    "Guard",
    "MissingFunction",
    "Piece",
    "Recorder",
    "Rendered",
    "Rendering",
    "Script",
    "alembic_config",
    "boot",
    "env_problem",
    "explain",
    "is_refusal",
    "line_in",
    "line_of",
    "load",
    "located_batches",
    "no_connections",
    "ordered_indexes",
    "part_of",
    "render",
    "replace_revisions",
    "source_map",
    "split",
    "step",
    "unguarded",
    "workspace",
]
