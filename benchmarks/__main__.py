"""`python -m benchmarks`: measure, print the table, and write results.json and README.md beside this file."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.cases import cases
from benchmarks.measure import measure
from benchmarks.report import machine, save, table


def main() -> int:
    """Run the benchmarks; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=7, help="runs of each side of each case")
    parser.add_argument("--only", metavar="TEXT", default="", help="only the cases whose name holds TEXT")
    parser.add_argument("--dry-run", action="store_true", help="write no file")
    arguments = parser.parse_args()
    facts = machine()
    results = []
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        work = Path(folder)
        work.chmod(0o755)  # a scratch server that root starts runs as nobody
        wanted = [case for case in cases(work, Path(sys.executable).parent) if arguments.only in case.name]
        for result in measure(wanted, arguments.repeats, work):
            results.append(result)
            print(f"{result.name}: {result.ratio:.2f}", file=sys.stderr, flush=True)
    print("\n".join(table(results)))
    if not arguments.dry_run:
        save(machine=facts, cases=[asdict(result) for result in results])
    return 0


if __name__ == "__main__":
    sys.exit(main())
