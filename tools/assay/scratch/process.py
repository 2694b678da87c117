"""Processes that outlive us: not our children, so that whoever ends them leaves no zombie behind."""

from __future__ import annotations

import os
import subprocess
from typing import IO

from assay.scratch.account import Account

HAND_OVER = '"$@" &'
"""The shell ends at once, and init adopts the program."""


def environment() -> dict[str, str]:
    """Our environment without PostgreSQL's variables, and with a fixed locale and time zone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def spawn_detached(
    command: list[str],
    account: Account,
    output: IO[bytes] | int = subprocess.DEVNULL,
    keep_open: tuple[int, ...] = (),
    variables: dict[str, str] | None = None,
) -> None:
    """Start `command` in a session of its own; it keeps the descriptors `keep_open` while it lives."""
    subprocess.run(
        ["/bin/sh", "-c", HAND_OVER, "sh", *command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=keep_open,
        start_new_session=True,
        cwd="/",
        env=environment() | (variables or {}),
        check=True,
        **account.options(),
    )
