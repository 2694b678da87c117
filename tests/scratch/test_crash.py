"""kill -9 in every phase, and a rerun; folders that are full or closed; two at once; a foreign server."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from assay.errors import EnvironmentFailedError
from assay.scratch import Databases, find_binaries, holdings
from assay.scratch.choice import local_server, scratch_cluster
from assay.scratch.names import run_of
from assay.scratch.pidfile import PidFile

from tests.scratch.support import column, databases, eventually, start_python

RUN = """
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server
with local_server(find_binaries()) as server, Databases(server) as databases:
    print("ready", flush=True)
    for n in range(1000):
        with databases.fresh(databases.template(str(n % 3))) as name:
            databases.save_template(str(n % 3), name)
"""


def of_folder(folder: Path) -> list[int]:
    """The processes that work on a folder, by their command lines and their working folders."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(folder) in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def rerun() -> list[str]:
    """Use a scratch server; the names of throwaway databases that are left while one is used."""
    with local_server(find_binaries()) as server, Databases(server) as run, run.fresh() as name:
        assert column(server, name, "SELECT 1") == [1]
        return [n for n in databases(server) if run_of(n) is not None and n != name]


@pytest.mark.parametrize("milliseconds", [60, 400, 900])
def test_killed_in_any_phase(milliseconds: int, cache: Path) -> None:
    process = start_python(RUN)
    time.sleep(milliseconds / 1000)
    process.kill()
    process.communicate()
    assert rerun() == []
    assert eventually(lambda: of_folder(cache) == [])
    (held,) = holdings.holdings()
    assert held.databases <= 3


def test_killed_while_it_starts_leaves_no_server(cache: Path) -> None:
    assert rerun() == []
    for milliseconds in (150, 200, 250):
        process = start_python(RUN)
        time.sleep(milliseconds / 1000)
        process.kill()
        process.communicate()
        assert eventually(lambda: of_folder(cache) == []), milliseconds
    assert rerun() == []


def test_ctrl_c_leaves_nothing(cache: Path) -> None:
    process = start_python(RUN)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert eventually(lambda: of_folder(cache) == [])
    assert rerun() == []


def test_after_a_crash_of_the_server_its_data_is_made_anew(cache: Path) -> None:
    cluster = scratch_cluster(find_binaries(), "embedded")
    with cluster.running() as server:
        server.create_database("doubtful")
        found = PidFile.read(cluster.data)
        assert found is not None
        os.kill(found.pid, signal.SIGKILL)
    with cluster.running() as server:
        assert not server.has_database("doubtful")


def test_data_that_does_not_start_is_made_anew(cache: Path) -> None:
    assert rerun() == []
    cluster = scratch_cluster(find_binaries(), "embedded")
    (cluster.data / "global" / "pg_control").unlink()
    assert rerun() == []


def test_settings_that_a_revision_left_are_forgotten(cache: Path) -> None:
    with local_server(find_binaries()) as server:
        column(server, None, "ALTER SYSTEM SET work_mem = '1234kB'")
    with local_server(find_binaries()) as server:
        assert column(server, None, "SHOW work_mem") == ["4MB"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_closed_cache(cache: Path) -> None:
    cache.chmod(0o500)
    with pytest.raises(EnvironmentFailedError, match="cannot be used: Permission denied"):
        rerun()


LIMITED = """
import resource, sys
from assay.cli import main
from assay.errors import AssayError
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server
resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes}, {bytes}))
try:
    with local_server(find_binaries()) as server, Databases(server) as run, run.fresh():
        pass
except AssayError as error:
    print(int(error.exit_code), error.message)
"""


@pytest.mark.parametrize("size", [2_000, 1_000_000], ids=["no file fits", "no log of transactions fits"])
def test_a_full_cache_is_told(size: int, cache: Path) -> None:
    """A limit on the size of files stands in for a full disk."""
    process = start_python(LIMITED.format(bytes=size))
    output, _ = process.communicate(timeout=60)
    assert output.startswith("3 "), output
    assert str(cache) in output
    assert eventually(lambda: of_folder(cache) == [])
    assert rerun() == []


@pytest.mark.skipif(
    shutil.which("mount") is None or os.geteuid() != 0, reason="needs a file system of its own"
)
def test_a_full_file_system_is_told(cache: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60M,mode=755", "none", cache], check=False)
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        with local_server(find_binaries()) as server, Databases(server) as run:
            with pytest.raises(EnvironmentFailedError) as caught:
                _fill(run)
            assert "No space left on device" in caught.value.message
            assert "assay scratch clean" in caught.value.advice
    finally:
        holdings.stop()
        subprocess.run(["umount", "-l", cache], check=True)


def _fill(run: Databases) -> None:
    with run.fresh() as name:
        for number in range(20):
            run.save_template(str(number), name)


def test_a_foreign_postgresql_on_the_default_port(cache: Path) -> None:
    with socket.socket() as foreign:
        try:
            foreign.bind(("127.0.0.1", 5432))
        except OSError:
            pytest.skip("there is one")
        foreign.listen()
        assert rerun() == []
