"""A cluster's life: first start, sharing, the last one out, crashes of the server and of its users."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg2
import pytest
from assay.errors import EnvironmentFailedError
from assay.scratch import Cluster, Server, find_binaries
from assay.scratch.pidfile import PidFile

USER = """
import sys, time
from pathlib import Path
from assay.scratch import Cluster, find_binaries
with Cluster(Path(sys.argv[1]), find_binaries()).running() as server:
    print(server.url(), flush=True)
    sys.stdin.read()
"""


def _user(cluster: Cluster) -> subprocess.Popen[str]:
    """Another process that uses the cluster until its input ends."""
    command = [sys.executable, "-c", USER, str(cluster.folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql+psycopg2://")
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.communicate("", timeout=30)


def _eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def _pid(cluster: Cluster) -> int:
    found = PidFile.read(cluster.data)
    assert found is not None
    return found.pid


def _one(server: Server, query: str) -> object:
    with server.connect() as session, session.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
        return row[0] if row else None


def test_it_starts_and_the_last_one_out_stops_it(cluster: Cluster) -> None:
    with cluster.running() as first, cluster.running() as second:
        assert first == second == cluster.status()
        assert _one(first, "SELECT current_user") == "assay"
    assert cluster.status() is None
    assert cluster.stop() is False


def test_data_stays_between_starts(cluster: Cluster) -> None:
    with cluster.running() as server:
        server.create_database("kept")
        server.create_database("copy", template="kept")
        server.drop_database("copy")
    with cluster.running() as server:
        assert (server.has_database("kept"), server.has_database("copy")) == (True, False)


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")], ids=["durable", "throwaway"])
def test_settings(durable: bool, fsync: str, open_folder: Path) -> None:
    with Cluster(open_folder / "c", find_binaries(), durable).running() as server:
        settings = [_one(server, f"SHOW {name}") for name in ("fsync", "listen_addresses", "timezone")]
        postmaster = psutil.Process(_pid(Cluster(open_folder / "c", server.binaries)))
        connections = postmaster.net_connections("inet")
    assert settings == [fsync, "", "UTC"]
    assert connections == []


def test_only_we_can_enter(cluster: Cluster) -> None:
    with cluster.running() as server:
        for folder in (server.socket_folder, cluster.data):
            assert folder.stat().st_mode & 0o077 == 0
        assert not cluster.folder.stat().st_mode & 0o066


def test_two_processes_at_once_from_nothing(cluster: Cluster) -> None:
    command = [sys.executable, "-c", USER, str(cluster.folder)]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    urls = set()
    for process in both:
        assert process.stdout is not None
        urls.add(process.stdout.readline())
    assert len(urls) == 1
    _end(both[0])
    assert cluster.status() is not None
    _end(both[1])
    assert cluster.status() is None


@pytest.mark.parametrize("demand", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_a_killed_user_leaves_no_server_behind(demand: signal.Signals, cluster: Cluster) -> None:
    process = _user(cluster)
    process.send_signal(demand)
    _end(process)
    assert _eventually(lambda: cluster.status() is None)
    with cluster.running() as server:
        assert _one(server, "SELECT 1") == 1


def test_a_killed_user_does_not_disturb_the_others(cluster: Cluster) -> None:
    process = _user(cluster)
    with cluster.running() as server:
        process.kill()
        _end(process)
        time.sleep(0.3)
        assert _one(server, "SELECT 1") == 1
    assert _eventually(lambda: cluster.status() is None)


def test_a_killed_server_is_started_anew(cluster: Cluster) -> None:
    with cluster.running() as server:
        server.create_database("kept")
        os.kill(_pid(cluster), signal.SIGKILL)
        assert _eventually(lambda: cluster.status() is None)
        with cluster.running() as again:
            assert again.has_database("kept")
    assert cluster.status() is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1\n", id="somebody else's process"),
        pytest.param("{pid}\n", id="our process"),
        pytest.param("", id="empty"),
        pytest.param("4999999\n/x\n0\n5432\n/nowhere\n\n\nready\n", id="a process that is gone"),
    ],
)
def test_a_left_over_pid_file_is_no_obstacle(text: str, cluster: Cluster) -> None:
    with cluster.running():
        pass
    (cluster.data / "postmaster.pid").write_text(text.format(pid=os.getpid()))
    with cluster.running() as server:
        assert _one(server, "SELECT 1") == 1


def test_an_interrupted_initdb_is_begun_again(cluster: Cluster) -> None:
    (cluster.folder / "data.new" / "base").mkdir(parents=True)
    with cluster.running() as server:
        assert _one(server, "SELECT 1") == 1


def test_a_long_path_gets_a_short_socket(open_folder: Path) -> None:
    cluster = Cluster(open_folder / ("long" * 30) / "with, comma", find_binaries())
    with cluster.running() as server:
        assert not server.socket_folder.is_relative_to(open_folder)
        assert _one(server, "SELECT 1") == 1
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(server.socket_folder / ".s.PGSQL.5432"))


def test_the_users_postgresql_variables_do_not_matter(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGHOST": "elsewhere", "PGPORT": "1", "PGUSER": "x", "PGDATA": "/x"}.items():
        monkeypatch.setenv(name, value)
    with cluster.running() as server:
        assert _one(server, "SELECT current_user") == "assay"


def test_stop_ends_it_whoever_uses_it(cluster: Cluster) -> None:
    with cluster.running() as server:
        assert cluster.stop() is True
        with pytest.raises(psycopg2.OperationalError):
            _one(server, "SELECT 1")


def test_a_server_that_cannot_start_says_why(cluster: Cluster) -> None:
    with cluster.running():
        pass
    with (cluster.data / "postgresql.conf").open("a") as settings:
        settings.write("nonsense = 1\n")
    with pytest.raises(EnvironmentFailedError) as caught, cluster.running():
        pass
    assert caught.value.message.startswith(f"PostgreSQL {cluster.binaries.major} did not start: ")
    assert caught.value.advice == f"Its whole log is {cluster.folder / 'log'}."


def test_a_folder_that_cannot_be_made(open_folder: Path) -> None:
    (open_folder / "file").write_text("")
    with pytest.raises(EnvironmentFailedError) as caught:
        Cluster(open_folder / "file" / "x", find_binaries())._join()
    assert "cannot be used: Not a directory" in caught.value.message


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run under another account")
def test_root_is_told_of_a_folder_the_server_cannot_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EnvironmentFailedError) as caught, Cluster(closed / "c", find_binaries()).running():
        pass
    assert caught.value.message.startswith("As root, PostgreSQL runs as the user nobody, who cannot enter ")


def test_installed_15(open_folder: Path) -> None:
    try:
        binaries = find_binaries(15)
    except EnvironmentFailedError as error:
        pytest.skip(error.message)
    with Cluster(open_folder / "15", binaries).running() as server:
        assert str(_one(server, "SHOW server_version")).startswith("15.")
        server.create_database("made", template="template1")
