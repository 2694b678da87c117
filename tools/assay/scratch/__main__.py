"""The development server by hand: run | psql | status | stop, for the project in the current folder."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from pathlib import Path

from assay.errors import AssayError
from assay.scratch.development import DATABASE, development_cluster, development_url

ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def run(project: Path) -> int:
    """Print the URL and serve it until Ctrl-C."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    with development_url(project) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        sys.stderr.write("Serving until Ctrl-C.\n")
        signal.sigwait(ENDING)
    return 0


def psql(project: Path) -> int:
    """Open psql on the development database."""
    cluster = development_cluster(project)
    with development_url(project), cluster.running() as server:
        return subprocess.run(
            [cluster.binaries.program("psql"), server.conninfo(DATABASE)], check=False
        ).returncode


def status(project: Path) -> int:
    """Say whether the server runs, and where its files are; exit code 1 when it does not."""
    cluster = development_cluster(project)
    server = cluster.status()
    sys.stdout.write(f"{server.url(DATABASE) if server else 'not running'}\n{cluster.folder}\n")
    return 0 if server else 1


def stop(project: Path) -> int:
    """Stop the server, whoever uses it."""
    stopped = development_cluster(project).stop()
    sys.stdout.write("stopped\n" if stopped else "not running\n")
    return 0


def main() -> int:
    """Run one command; expected failures end with their exit code and two sentences."""
    commands = {command.__name__: command for command in (run, psql, status, stop)}
    parser = argparse.ArgumentParser(prog="python -m assay.scratch", description=__doc__)
    parser.add_argument("command", choices=commands)
    parser.add_argument("--project", type=Path, default=Path.cwd(), help="the project's root folder")
    arguments = parser.parse_args()
    try:
        return commands[arguments.command](arguments.project)
    except AssayError as error:
        sys.stderr.write(f"{error.message}\n{error.advice}\n")
        return int(error.exit_code)


if __name__ == "__main__":
    sys.exit(main())
