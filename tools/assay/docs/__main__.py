"""`python -m assay.docs [--check]`, from the top of the repository."""

from __future__ import annotations

import sys
from pathlib import Path

from assay.docs.build import build

USAGE = 2


def main(arguments: list[str]) -> int:
    """Write what is stale; with `--check` name it and fail."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m assay.docs [--check]\n")
        return USAGE
    stale = build(Path.cwd(), write=not arguments)
    for path in stale:
        sys.stderr.write(f"{'stale' if arguments else 'wrote'}: {path}\n")
    if arguments and stale:
        sys.stderr.write("Run `python -m assay.docs` and commit what it writes.\n")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
