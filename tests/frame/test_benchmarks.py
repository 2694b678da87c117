"""benchmarks/: the arithmetic, the table, and that the committed page is the one that the results make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.measure import measure, shown, timed
from benchmarks.model import Case, Command, Result
from benchmarks.report import HERE, markdown, table

RESULT = Result(
    "cold", "A question", "assay check 022", "alembic | sqlfluff", [3.0, 1.0, 2.0], [4.0, 4.0, 5.0]
)


def test_the_ratio_is_that_of_the_medians() -> None:
    assert RESULT.ratio == 0.5


def test_the_table_has_least_and_median_of_each_side() -> None:
    assert table([RESULT]) == [
        "| case | Assay: min | median | other: min | median | ratio |",
        "|------|------------|--------|------------|--------|-------|",
        "| cold | 1.00       | 2.00   | 4.00       | 4.00   | 0.50  |",
    ]


def test_the_committed_page_is_made_from_the_committed_results() -> None:
    document = json.loads((HERE / "results.json").read_text("utf-8"))
    assert (HERE / "README.md").read_text("utf-8") == markdown(document)


def test_a_command_is_shown_without_the_folders_of_its_programs() -> None:
    assert shown(Command("/a/b/alembic upgrade a:b --sql | /a/b/sqlfluff lint -", Path())) == (
        "alembic upgrade a:b --sql | sqlfluff lint -"
    )


@pytest.mark.parametrize(("warm", "caches"), [(True, 1), (False, 4)], ids=["warm", "cold"])
def test_a_cold_run_begins_with_a_cache_of_its_own(tmp_path: Path, warm: bool, caches: int) -> None:
    log = tmp_path / "log"
    side = Command(f"echo $ASSAY_CACHE_DIR >> {log}", tmp_path)
    (result,) = measure([Case("a", "?", side, Command("true", tmp_path), warm)], 3, tmp_path)
    assert len(result.assay) == len(result.peer) == 3
    assert len(set(log.read_text().splitlines())) == caches


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with 3:\nno such thing"):
        timed(Command("echo no such thing; exit 3", tmp_path), tmp_path)
