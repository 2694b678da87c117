"""A sealed process can make no connection: tried from a program, as an untrusted language would."""

from __future__ import annotations

import platform
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.scratch import seal

ATTEMPTS = """
import errno, socket, sys
def tried(what):
    try:
        what()
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))
    return 'ok'
path, port = sys.argv[1], int(sys.argv[2])
def tcp(): socket.create_connection(('127.0.0.1', port), 1)
def tcp6(): socket.socket(socket.AF_INET6).connect(('::1', port))
def unix(): socket.socket(socket.AF_UNIX).connect(path)
def vsock(): socket.socket(socket.AF_VSOCK)
def raw(): socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
def udp(): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', port))
def message():
    one, two = socket.socketpair()
    one.sendmsg([b'x'])
def itself():
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(('127.0.0.1', 0)); one.connect(one.getsockname()); one.send(b'x')
    assert one.recv(1) == b'x'
def listens():
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path + 'x'); one.listen()
def pair():
    one, two = socket.socketpair()
    one.send(b'x')
    assert two.recv(1) == b'x'
print(*(tried(each) for each in (tcp, tcp6, unix, vsock, raw, udp, message, itself, listens, pair)))
"""


@pytest.fixture
def trap() -> Iterator[tuple[list[str], list[socket.socket]]]:
    with tempfile.TemporaryDirectory(prefix="assay-") as folder:
        unix = socket.socket(socket.AF_UNIX)
        unix.bind(f"{folder}/trap")
        unix.listen()
        tcp = socket.create_server(("127.0.0.1", 0))
        yield [f"{folder}/trap", str(tcp.getsockname()[1])], [unix, tcp]
        unix.close()
        tcp.close()


def attempts(arguments: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-c", ATTEMPTS, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


REFUSED = " ".join(["EACCES"] * 7)


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"), reason="seccomp is Linux's"
)
@pytest.mark.parametrize(
    ("major", "expected"), [(18, f"{REFUSED} EACCES ok ok"), (14, f"{REFUSED} ok ok ok")], ids=["", "14"]
)
def test_a_sealed_program_reaches_nothing(
    trap: tuple[list[str], list[socket.socket]], major: int, expected: str
) -> None:
    assert seal.run_sealed(lambda: attempts(trap[0]), major) == expected
    for listener in trap[1]:
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    Path(f"{trap[0][0]}x").unlink()
    assert attempts(trap[0]).startswith("ok"), "nobody else is sealed"


def test_what_is_raised_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises((ZeroDivisionError, AssertionError)):
        assert seal.run_sealed(lambda: 1 // 0, 18) is not None


def test_where_it_cannot_be_nothing_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[int] = []
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert seal.run_sealed(lambda: called.append(1), 18) is None
    monkeypatch.undo()
    monkeypatch.setattr(seal, "_filter", lambda _: False)
    assert seal.run_sealed(lambda: called.append(1), 18) is None
    assert called == []


def test_macos_has_a_program_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seal.sealed_command(["postgres"], 18) is None
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    command = seal.sealed_command(["postgres", "-D", "x"], 18)
    assert command is not None
    assert command[:2] == ["/usr/bin/sandbox-exec", "-p"]
    assert command[3:] == ["postgres", "-D", "x"]
    assert "localhost" not in command[2]
    assert "localhost" in (seal.sealed_command(["postgres"], 14) or [""] * 3)[2]
