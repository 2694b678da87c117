"""`python -m benchmarks.load`: how long queries wait for a migration that waits for a long transaction.

pgbench keeps reading and writing a table; a report has it open in a transaction; meanwhile a migration adds a
column to it. The same revision comes by `assay apply`, by plain `alembic upgrade`, and not at all.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from assay.scratch import LocalServer, find_binaries
from assay.scratch.cluster import Cluster

from benchmarks.cases import committed
from benchmarks.histories import Body, project
from benchmarks.report import machine, save

COLUMNS = {
    "history": "tid int, bid int, aid int, delta int, mtime timestamp, filler char(22)",
    "tellers": "tid int NOT NULL PRIMARY KEY, bid int, tbalance int, filler char(84)",
    "accounts": "aid int NOT NULL PRIMARY KEY, bid int, abalance int, filler char(84)",
    "branches": "bid int NOT NULL PRIMARY KEY, bbalance int, filler char(88)",
}
"""As `pgbench --initialize` makes them."""

COLUMN = 'op.add_column("pgbench_accounts", sa.Column("note", sa.Text()))'

TRAFFIC = """\
\\set aid random(1, 100000 * :scale)
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :aid;
"""

SCALE = 5
"""Of 100,000 rows."""
CLIENTS, RATE = 8, 200
"""Sessions of pgbench, and its transactions a second: few enough that none waits for the processor."""
BEFORE, REPORT, AFTER = 2.0, 15.0, 8.0
"""Seconds: of traffic before the migration begins; of the report from then on; of traffic after it."""

POLICIES = {"production": "2s", "careful": "500ms"}
"""Environments, by their lock_timeout; 2s is the default."""


@dataclass
class Measured:
    """One run of one side."""

    longest: float
    """Seconds of the slowest query."""
    slow: int
    """Queries that took longer than a second."""
    queries: int
    took: float | None
    """Seconds from the beginning of the migration to its end; None where there was none."""


@dataclass
class Side:
    """A way to migrate."""

    name: str
    command: str
    runs: list[Measured] = field(default_factory=list)


SIDES = (
    ("no migration", ""),
    ("Assay, lock_timeout 2s", "assay apply production --env production"),
    ("Assay, lock_timeout 500ms", "assay apply careful --env careful"),
    ("plain Alembic", "alembic upgrade head"),
)


def main() -> int:
    """Measure, print, and write results.json and README.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each side")
    parser.add_argument("--dry-run", action="store_true", help="write no file")
    arguments = parser.parse_args()
    facts = machine()
    with tempfile.TemporaryDirectory(prefix="assay-load-") as folder:
        work = Path(folder)
        work.chmod(0o755)  # a server that root starts runs as nobody
        with Cluster(work / "cluster", find_binaries(), durable=True).running() as server:
            sides = Bench(work, server).measure(arguments.repeats)
    document = {
        "machine": facts,
        "report": REPORT,
        "rate": RATE,
        "clients": CLIENTS,
        "sides": [asdict(side) for side in sides],
    }
    if not arguments.dry_run:
        save(load=document)
    return 0


class Bench:
    """A project, and a server that holds its databases."""

    def __init__(self, work: Path, server: LocalServer) -> None:
        self._work = work
        self._server = server
        self._programs = server.binaries.folder
        self._project = work / "project"
        (work / "traffic.sql").write_text(TRAFFIC)
        project(self._project, 2, _revision)
        policies = (f"  {n}: {{url_env: {n.upper()}_URL, lock_timeout: {t}}}\n" for n, t in POLICIES.items())
        (self._project / "governance.yaml").write_text("environments:\n" + "".join(policies))
        committed(self._project)
        server.create_database("base")
        self._run("base", "alembic", "upgrade", "000000000001")
        self._pgbench("base", "--initialize", "--init-steps=gv", f"--scale={SCALE}", "--quiet")
        for name in POLICIES:
            self._run("base", "assay", "plan", "--env", name, "--output", name)

    def measure(self, repeats: int) -> list[Side]:
        """Each side's runs; the sides take turns."""
        sides = [Side(*each) for each in SIDES]
        for _ in range(repeats):
            for side in sides:
                side.runs.append(self._once(side.command))
                print(f"{side.name}: {side.runs[-1]}", file=sys.stderr, flush=True)
        return sides

    def _once(self, command: str) -> Measured:
        self._server.create_database("shop", "base")
        log = Path(tempfile.mkdtemp(dir=self._work)) / "log"
        seconds = BEFORE + REPORT + AFTER
        try:
            with self._traffic(log, seconds), self._server.connect("shop") as session:
                with session.cursor() as report:
                    report.execute("BEGIN; SELECT count(*) FROM pgbench_accounts")
                    time.sleep(BEFORE)
                    started = time.monotonic()
                    migration = self._begin("shop", *command.split()) if command else None
                    time.sleep(REPORT)
                    report.execute("COMMIT")
                took = None
                if migration is not None:
                    if migration.wait() != 0:
                        raise RuntimeError(f"{command} ended with {migration.returncode}.")
                    took = time.monotonic() - started
        finally:
            self._server.drop_database("shop")
        waits = list(_latencies(log.parent))
        return Measured(max(waits), sum(wait > 1 for wait in waits), len(waits), took)

    @contextmanager
    def _traffic(self, log: Path, seconds: float) -> Iterator[None]:
        options = (
            f"--time={seconds:.0f}",
            f"--rate={RATE}",
            f"--client={CLIENTS}",
            "--jobs=1",
            "--no-vacuum",
        )
        script = (f"--file={self._work / 'traffic.sql'}", f"--define=scale={SCALE}")
        process = self._begin(
            "shop", str(self._programs / "pgbench"), *options, *script, "--log", f"--log-prefix={log}"
        )
        try:
            yield
            if process.wait() != 0:
                raise RuntimeError("pgbench failed.")
        finally:
            process.kill()

    def _pgbench(self, database: str, *arguments: str) -> None:
        self._run(database, str(self._programs / "pgbench"), *arguments)

    def _run(self, database: str, *command: str) -> None:
        if self._begin(database, *command).wait() != 0:
            raise RuntimeError(f"{' '.join(command)} failed.")

    def _begin(self, database: str, *command: str) -> subprocess.Popen[bytes]:
        program = command[0] if "/" in command[0] else str(Path(sys.executable).parent / command[0])
        return subprocess.Popen(
            [program, *command[1:]],
            cwd=self._project,
            env={**os.environ, **self._environment(database)},
            stdout=subprocess.DEVNULL,
        )

    def _environment(self, database: str) -> Mapping[str, str]:
        reached = self._server.parameters(database)
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
        url = self._server.url(database) + "&options=-csearch_path%3Dpublic"
        return {
            **{variable: reached[name] for name, variable in names.items()},
            **{f"{name.upper()}_URL": url for name in POLICIES},
            "ASSAY_CACHE_DIR": str(self._work / "cache"),
        }


def _revision(number: int) -> Body:
    if number == 1:
        tables = (f'op.execute("CREATE TABLE pgbench_{n} ({columns})")' for n, columns in COLUMNS.items())
        return "\n".join(tables), "pass"
    return COLUMN, 'op.drop_column("pgbench_accounts", "note")'


def _latencies(folder: Path) -> Iterator[float]:
    """Seconds of each of pgbench's transactions, from when it began, not from when it was due.

    Columns of the log: client, transaction, microseconds since it was due, script, two of time, and how much
    of the microseconds it waited to begin (PostgreSQL manual, "pgbench").
    """
    for file in folder.glob("log.*"):
        for line in file.read_text().splitlines():
            columns: Sequence[str] = line.split()
            yield (int(columns[2]) - int(columns[6])) / 1e6


if __name__ == "__main__":
    sys.exit(main())
