"""The schema that a history starts from, where that is not nothing: read from a file, or written from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.scratch.server import Server


def load_baseline(server: Server, database: str, file: Path) -> tuple[str, ...]:
    """Run the schema file that pg_dump wrote in `database`; notes on what was left out or made for it.

    Raises UsageError with the file and its line where PostgreSQL refuses a statement.
    """
    raise NotImplementedError
