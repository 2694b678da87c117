"""Keeps a scratch server, and every program that it starts, from connecting to anything.

A revision may hold SQL that dials out (postgres_fdw, dblink, CREATE SUBSCRIPTION, COPY … TO PROGRAM 'psql …',
an untrusted language), and what it reaches is no scratch database. On Linux a seccomp filter makes these
calls fail with EACCES; it needs no privilege, and whatever is started under it has it too. On macOS
`sandbox-exec` does the same. Elsewhere, and on a server that a URL gives, `assay.trace.foreign` looks at each
statement before it runs.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import shutil
import struct
import sys
from collections.abc import Callable
from threading import Thread
from typing import NamedTuple, TypeVar

T = TypeVar("T")

OLD_COLLECTOR = 14
"""The last version with a statistics collector, which sends itself UDP (backend/postmaster/pgstat.c)."""

SANDBOX = "(version 1)(allow default)(deny network-outbound){}"
"""A profile for macOS' sandbox-exec(1)."""
_TO_ITSELF = '(allow network-outbound (remote udp "localhost:*"))'

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, _PR_SET_NO_NEW_PRIVS = 22, 2, 38
"""linux/prctl.h, linux/seccomp.h."""
_KILL, _ALLOW, _REFUSE = 0x80000000, 0x7FFF0000, 0x00050000 | errno.EACCES
"""SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO."""
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
"""BPF_LD+W+ABS, BPF_JMP+JEQ+K, BPF_JMP+JGE+K, BPF_ALU+AND+K, BPF_RET+K (linux/bpf_common.h)."""
_NUMBER, _ARCHITECTURE = 0, 4
"""Offsets in `struct seccomp_data`; its arguments begin at 16, 8 bytes each."""
_UNIX, _INET, _INET6, _DATAGRAM, _KIND = 1, 2, 10, 2, 0xF
"""AF_UNIX, AF_INET, AF_INET6, SOCK_DGRAM (bits/socket.h); the other bits of a type are flags."""
_IN_SIZE, _IN6_SIZE = 16, 28
"""Of sockaddr_in and sockaddr_in6 (netinet/in.h)."""
_IO_URING_SETUP = 425
_X32 = 0x40000000
"""__X32_SYSCALL_BIT (asm/unistd.h): the same calls by other numbers."""


class _Calls(NamedTuple):
    """System calls by number."""

    architecture: int
    """AUDIT_ARCH_… (linux/audit.h)."""
    socket: int
    connect: int
    sendto: int
    sendmsg: int
    sendmmsg: int


_CALLS = {
    "x86_64": _Calls(0xC000003E, 41, 42, 44, 46, 307),
    "aarch64": _Calls(0xC00000B7, 198, 203, 206, 211, 269),
}
"""By `platform.machine()` (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h)."""

Instruction = tuple[int, int, int, int]
"""`struct sock_filter`: code, jump if true, jump if false, operand."""


def sealed_command(command: list[str], major: int) -> list[str] | None:
    """`command` as it starts a sealed server where a program does that: macOS; None elsewhere."""
    wrapper = shutil.which("sandbox-exec") if sys.platform == "darwin" else None
    if wrapper is None:
        return None
    profile = SANDBOX.format(_TO_ITSELF if major <= OLD_COLLECTOR else "")
    return [wrapper, "-p", profile, *command]


def run_sealed(call: Callable[[], T], major: int) -> T | None:
    """What `call` gives in a thread whose new processes can connect to nothing; None where that cannot be.

    The filter belongs to the thread and to what is started from it, and ends with it.
    """
    calls = _CALLS.get(platform.machine()) if sys.platform == "linux" else None
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            if calls is not None and _filter(program(calls, major)):
                results.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            errors.append(error)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0] if results else None


def program(calls: _Calls, major: int) -> list[Instruction]:
    """The filter: sockets are made for unix only, and nothing connects or sends to an address.

    PostgreSQL 14 may send itself UDP: a datagram socket, and an address of the size that one has. That leaves
    a unix socket with a path of exactly 14 or 26 bytes to a program that somebody wrote for this.
    """
    old = major <= OLD_COLLECTOR
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, calls.architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
        *_refused(calls.sendmsg),
        *_refused(calls.sendmmsg),
        *_refused(_IO_URING_SETUP),
        *_call(calls.connect, _sizes() if old else [(_RETURN, 0, 0, _REFUSE)]),
        *_call(calls.socket, _families(old)),
        *_call(calls.sendto, _no_address()),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _call(number: int, then: list[Instruction]) -> list[Instruction]:
    """`then`, which returns, for this call; its number is loaded, and stays so for the others."""
    return [(_EQUAL, 0, len(then), number), *then]


def _refused(number: int) -> list[Instruction]:
    return _call(number, [(_RETURN, 0, 0, _REFUSE)])


def _sizes() -> list[Instruction]:
    return [
        (_LOAD, 0, 0, _argument(2)),
        (_EQUAL, 2, 0, _IN_SIZE),
        (_EQUAL, 1, 0, _IN6_SIZE),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _families(old: bool) -> list[Instruction]:
    if not old:
        return [
            (_LOAD, 0, 0, _argument(0)),
            (_EQUAL, 1, 0, _UNIX),
            (_RETURN, 0, 0, _REFUSE),
            (_RETURN, 0, 0, _ALLOW),
        ]
    return [
        (_LOAD, 0, 0, _argument(0)),
        (_EQUAL, 6, 0, _UNIX),
        (_EQUAL, 1, 0, _INET),
        (_EQUAL, 0, 3, _INET6),
        (_LOAD, 0, 0, _argument(1)),
        (_AND, 0, 0, _KIND),
        (_EQUAL, 1, 0, _DATAGRAM),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _no_address() -> list[Instruction]:
    """`send` is `sendto` with no address: both halves of the pointer are 0."""
    return [
        (_LOAD, 0, 0, _argument(4)),
        (_EQUAL, 0, 2, 0),
        (_LOAD, 0, 0, _argument(4) + 4),
        (_EQUAL, 1, 0, 0),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _argument(number: int) -> int:
    """Where its lower half is: both architectures are little-endian."""
    return 16 + 8 * number


class _Program(ctypes.Structure):
    """`struct sock_fprog` (linux/filter.h)."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _filter(instructions: list[Instruction]) -> bool:
    """Put the calling thread under the filter, for good; whether the system did."""
    text = b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    whole = _Program(len(instructions), text)
    address = ctypes.addressof(whole)
    return bool(prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, address, 0, 0) == 0)
