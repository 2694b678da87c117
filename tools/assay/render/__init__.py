"""Render: the SQL of a revision, offline, each statement tied to its line in the .py file."""

from __future__ import annotations

from assay.render._render import Failure, Rendered, Rendering, render
from assay.render.workspace import EnvSettings

__all__ = ["EnvSettings", "Failure", "Rendered", "Rendering", "render"]
