"""benchmarks/: the arithmetic, the table, and that the committed page is the one that the results make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.measure import measure, shown, timed
from benchmarks.model import Case, Command, Result, Run, State
from benchmarks.report import HERE, markdown, table

RESULT = Result(
    "cold",
    "A question",
    "assay check 022",
    "alembic | sqlfluff",
    [Run(3.0, 2.5), Run(1.0, 0.5), Run(2.0, 1.5)],
    [Run(4.0, 6.0), Run(4.0, 7.0), Run(5.0, 8.0)],
)


def test_the_ratio_is_that_of_the_medians() -> None:
    assert RESULT.ratio == 0.5


def test_the_table_has_least_and_median_of_each_side() -> None:
    assert table([RESULT]) == [
        "| case | Assay: min | median | CPU  | other: min | median | CPU  | ratio |",
        "|------|------------|--------|------|------------|--------|------|-------|",
        "| cold | 1.00       | 2.00   | 1.50 | 4.00       | 4.00   | 7.00 | 0.50  |",
    ]


def test_the_committed_page_is_made_from_the_committed_results() -> None:
    document = json.loads((HERE / "results.json").read_text("utf-8"))
    assert (HERE / "README.md").read_text("utf-8") == markdown(document)


def test_a_command_is_shown_without_the_folders_of_its_programs() -> None:
    assert shown(Command("/a/b/alembic upgrade a:b --sql | /a/b/sqlfluff lint -", Path())) == (
        "alembic upgrade a:b --sql | sqlfluff lint -"
    )


@pytest.mark.parametrize(
    ("state", "caches", "left"),
    [
        ("warm", 1, {"scratch", "states", "style"}),
        ("cluster", 1, {"scratch", "states"}),
        ("empty", 4, set()),
    ],
)
def test_a_run_begins_with_the_cache_that_its_case_names(
    tmp_path: Path, state: State, caches: int, left: set[str]
) -> None:
    log, rooms = tmp_path / "log", tmp_path / "rooms"
    made = "mkdir -p $ASSAY_CACHE_DIR/scratch $ASSAY_CACHE_DIR/states $ASSAY_CACHE_DIR/style"
    side = Command(f"echo $ASSAY_CACHE_DIR >> {log}; ls $ASSAY_CACHE_DIR > {rooms}; {made}", tmp_path)
    (result,) = measure([Case("a", "?", side, Command("true", tmp_path), state)], 3, tmp_path)
    assert len(result.assay) == len(result.peer) == 3
    assert len(set(log.read_text().splitlines())) == caches
    assert set(rooms.read_text().split()) == left


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with 3:\nno such thing"):
        timed(Command("echo no such thing; exit 3", tmp_path), tmp_path)
