"""Applies the whole reference history to a throwaway server: up, compared with the models, down, up again.

`make check` runs it. The development database is neither read nor written.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assay.errors import AssayError
from assay.scratch import Cluster, find_binaries

PROJECT = Path(__file__).resolve().parent.parent
STEPS = (("upgrade", "head"), ("check",), ("downgrade", "base"), ("upgrade", "head"))


def alembic(step: tuple[str, ...], url: str) -> subprocess.CompletedProcess[str]:
    """Run `alembic STEP` as a user would, on the database at `url`."""
    command = [sys.executable, "-m", "alembic", *step]
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.run(
        command,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@contextmanager
def throwaway_folder() -> Iterator[Path]:
    """A folder that the server's account can enter, which `TemporaryDirectory` as root makes impossible."""
    folder = Path(tempfile.mkdtemp(prefix="assay-"))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder)


def prove(url: str) -> int:
    """Walk the steps; the number of revisions applied by the last, or -1 when one fails."""
    applied = 0
    for step in STEPS:
        started = time.monotonic()
        done = alembic(step, url)
        name = f"alembic {' '.join(step)}"
        if done.returncode != 0:
            print(f"\n{done.stdout}{done.stderr}\nFailed: {name}", flush=True)
            return -1
        applied = done.stderr.count("Running upgrade")
        print(f"  {name:24}{time.monotonic() - started:5.1f} s", flush=True)
    return applied


def main() -> int:
    """Prove the history on the embedded server; the exit code."""
    started = time.monotonic()
    binaries = find_binaries()
    with throwaway_folder() as folder, Cluster(folder / "server", binaries).running() as server:
        server.create_database("reference")
        applied = prove(server.url("reference"))
    if applied < 0:
        return 1
    print(
        f"All good: {applied} revisions go up on PostgreSQL {binaries.major}, match the models, come down and"
        f" go up again ({time.monotonic() - started:.1f} s)."
    )
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssayError as error:
        print(f"{error.message}\n{error.advice}", file=sys.stderr)
        sys.exit(int(error.exit_code))
