"""`kill -9` and Ctrl-C at any moment of a check: the next one works, and nothing is left running or growing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from assay import interrupt
from assay.render import guard
from assay.scratch.background import Background

from .test_commands import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "repo")
    repository.revision(
        "a1", up='op.execute("CREATE TABLE t (c int PRIMARY KEY)")', back='op.execute("DROP TABLE t")'
    )
    repository.revision(
        "a2",
        "a1",
        up='op.execute("ALTER TABLE t ADD COLUMN d int")',
        back='op.execute("ALTER TABLE t DROP COLUMN d")',
    )
    return repository


def start(repository: Repository) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "assay", "trace", "--all"],
        cwd=repository.project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def descendants(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return list(psutil.Process(process.pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def gone(processes: list[psutil.Process], seconds: float = 20.0) -> bool:
    """Whether they all end (a zombie that init has not reaped yet has ended)."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(_runs(process) for process in processes):
            return True
        time.sleep(0.05)
    return False


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def templates() -> int:
    cache = Path(os.environ["ASSAY_CACHE_DIR"])
    return sum(1 for _ in cache.glob("scratch/*/data/base/*"))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_a_check_that_is_stopped_leaves_nothing_and_the_next_one_works(
    repository: Repository, how: signal.Signals
) -> None:
    assert repository.assay("trace", "--all").returncode == 0
    before = templates()
    for moment in (0.15, 0.4, 0.7, 1.0, random.Random(7).uniform(0.2, 1.5)):
        process = start(repository)
        time.sleep(moment)
        children = descendants(process)
        os.kill(process.pid, how)
        assert process.wait(30) in (0, -how, 130)  # 0: it was done already
        assert gone(children), [child.cmdline() for child in children if _runs(child)]
    last = repository.assay("trace", "--all")
    assert (last.returncode, last.stderr) == (0, "")
    assert templates() <= before + 2


def test_what_runs_in_the_background_is_waited_for_after_a_ctrl_c_too() -> None:
    go = threading.Event()
    waited = Background(lambda: go.wait(30))
    threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        waited.result()
    threading.Timer(0.1, go.set).start()
    assert waited.result() is True


def test_a_ctrl_c_that_a_driver_swallows_still_ends_the_command() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), interrupt.remembered(), suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        interrupt.check()  # of the next command nothing was asked
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_no_guard_stays_when_it_is_interrupted_while_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(guard, "_guard_engines", interrupted)
    with pytest.raises(KeyboardInterrupt), guard.no_connections():
        pytest.fail("it was made")
    assert guard._active == []
