"""Files that a command writes beside its report."""

from __future__ import annotations

from pathlib import Path

from assay.errors import EnvironmentFailedError


def write_file(file: Path, content: bytes) -> Path:
    """Write `file`, its folders included. Raises EnvironmentFailedError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise EnvironmentFailedError(
            f"{file} cannot be written: {error.strerror}.", "Make room, or choose another folder."
        ) from None
    return file
