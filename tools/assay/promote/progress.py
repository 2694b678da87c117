"""What happens, while it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

Kind = Literal["waiting", "checked", "statement", "running", "retry", "committed", "repair", "verified"]
"""`waiting` for another promotion; `checked` one of the checks before; `statement` begins; it is still
`running`; a part is tried again (`retry`); a part is `committed`; what a broken statement left is put right
(`repair`); everything is `verified`."""


class Blocker(msgspec.Struct, kw_only=True, frozen=True):
    """A session that the statement waits for."""

    pid: int
    application: str
    state: str
    """As `pg_stat_activity.state`: `idle in transaction` …"""
    seconds: float
    """How long its transaction has been open."""


class Progress(msgspec.Struct, kw_only=True, frozen=True):
    """One thing to tell."""

    kind: Kind
    message: str = ""
    revision: str = ""
    segment: int = 0
    """From 1."""
    segments: int = 0
    statement: int = 0
    """In its segment, from 1."""
    statements: int = 0
    sql: str = ""
    seconds: float = 0.0
    """Since the statement began; of `retry`, until the next try."""
    blockers: tuple[Blocker, ...] = ()
    phase: str = ""
    """Of an index build, as `pg_stat_progress_create_index.phase`."""
    done: float | None = None
    """The part of that phase that is done, from 0 to 1."""


Told = Callable[[Progress], None]
