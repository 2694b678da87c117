from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from assay.style import Linter, WorkerError
from assay.style import _linter as module

from .support import PATH, codes, written

MAIN = """
import sys, time
from pathlib import Path
from assay.model import Statement
from assay.style import Linter
with Linter(Path(sys.argv[1]), cache=False) as linter:
    linter.start()
    linter.lint([Statement("upgrade", "SELECT 1", "r.py", 1, True, "written")])
    print(linter._workers[0].pid, flush=True)
    {work}
"""
BUSY = 'linter.lint([Statement("upgrade", "SELECT " + "a, " * 20000 + "b", "r.py", 1, True, "written")])'


def gone(pid: int) -> bool:
    """Whether the process is gone (or a zombie whose new parent is slow), within ten seconds."""
    for _ in range(1_000):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
        if state.strip()[:1] in ("", "Z"):
            return True
        time.sleep(0.01)
    return False


def run(work: str, root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", MAIN.format(work=work), str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("work", [pytest.param("time.sleep(60)", id="idle"), pytest.param(BUSY, id="busy")])
@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda pid: os.killpg(pid, signal.SIGINT), id="ctrl-c"),
        pytest.param(lambda pid: os.kill(pid, signal.SIGTERM), id="terminated"),
        pytest.param(lambda pid: os.kill(pid, signal.SIGKILL), id="killed"),
    ],
)
def test_no_worker_outlives_the_main_process(end: Callable[[int], None], work: str, tmp_path: Path) -> None:
    with run(work, tmp_path) as main:
        assert main.stdout is not None
        worker = int(main.stdout.readline())
        time.sleep(0.2)
        end(main.pid)
        main.communicate(timeout=10)
    assert gone(worker)


def test_a_run_under_strict_warnings_says_nothing(tmp_path: Path) -> None:
    with run("pass", tmp_path) as main:
        _, errors = main.communicate(timeout=30)
    assert (main.returncode, errors) == (0, "")


def test_a_killed_worker_is_a_bug_and_not_a_pass(tmp_path: Path) -> None:
    with Linter(tmp_path, cache=False) as linter:
        linter.start()
        os.kill(linter._workers[0].pid, signal.SIGKILL)
        with pytest.raises(WorkerError, match="SIGKILL"):
            linter.lint([written("SELECT 1")])
        assert codes(linter.lint([written("SELECT  1")])) == ["LT01"]  # a new one does it


def test_a_worker_that_cannot_start_tells_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sqlfluff.py").write_text("raise RuntimeError('a broken install')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with Linter(tmp_path, cache=False) as linter, pytest.raises(WorkerError, match="a broken install"):
        linter.lint([written("SELECT 1")])


def test_the_last_words_of_a_dying_worker_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sqlfluff.py").write_text("import os\nos.write(2, b'farewell')\nos._exit(7)\n")
    monkeypatch.syspath_prepend(tmp_path)
    with Linter(tmp_path, cache=False) as linter, pytest.raises(WorkerError, match="exit code 7:\nfarewell"):
        linter.lint([written("SELECT 1")])


def test_several_workers_give_the_same_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = [written(f"SELECT {' ' * (n % 3)}{n} AS a", line=n) for n in range(1, 61)]
    with Linter(tmp_path, cache=False) as linter:
        alone = linter.lint(statements)
    monkeypatch.setattr(module, "JOBS_PER_WORKER", 20)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    with Linter(tmp_path, cache=False) as linter:
        together = linter.lint(statements)
        assert len(linter._workers) == 3
    assert together == alone
    assert codes(alone) == ["LT01"] * 40


def test_importing_the_door_does_not_import_sqlfluff() -> None:
    code = "import sys, assay.style, assay.waivers; sys.exit('sqlfluff' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_cached_needs_no_worker(tmp_path: Path) -> None:
    with Linter(tmp_path) as linter:
        first = linter.lint([written("SELECT  1")])
    with Linter(tmp_path) as linter:
        assert linter.lint([written("SELECT  1", line=9)]) != first
        assert linter.lint([written("SELECT  1")]) == first
        assert linter._workers == []
        (tmp_path / PATH).parent.mkdir(parents=True)
        (tmp_path / ".sqlfluff").write_text("[sqlfluff]\nrules = CP01\n")
        assert linter.lint([written("SELECT  1")]) == []
        assert len(linter._workers) == 1
