"""While anything of the project's runs, no database connection but the scratch server's leaves the process.

Two public projects' revisions opened the application's own session, so that "offline" rendering ran SQL
on the configured database (facts/histories.md). Four doors are shut: SQLAlchemy's engines (`do_connect`),
the C drivers (their `connect`, replaced as they are imported), Python sockets and sqlite files (audit
events), and PostgreSQL's client programs (audit events of `subprocess`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from inspect import iscoroutine
from pathlib import PurePath
from types import FrameType
from typing import Any

from msgspec import Struct, field

_PROGRAMS = frozenset(
    {"alembic", "clusterdb", "createdb", "createuser", "dropdb", "dropuser", "pg_dump", "pg_dumpall",
     "pg_restore", "pgbench", "pgcli", "pgloader", "psql", "reindexdb", "vacuumdb", "usql"}
)  # fmt: skip
"""Programs that connect to PostgreSQL: the client applications of its manual, and the usual others."""

_SOCKET = "a socket"

_POSTGRES_SOCKET = ".s.PGSQL."
"""How PostgreSQL names its unix socket files (libpq, `UNIXSOCK_PATH`)."""


PATIENCE = 3
"""Refusals that a guarded block may swallow and try again (`wait_for_db()` …) before it is ended."""


class ForeignConnectionError(Exception):
    """Project code tried to connect to a database while it was being rendered."""


class ForeignSocketError(ForeignConnectionError, ConnectionRefusedError):
    """The same by way of a socket, as the error that asyncio and pure Python drivers clean up after."""


class PersistentConnectionError(SystemExit):
    """It goes on trying, whatever it catches."""


class Attempt(Struct, frozen=True):
    """One refused connection: what tried, and where in the project's code."""

    by: str
    """The driver or program: `psycopg2`, `SQLAlchemy engine (postgresql)`, `socket`, `psql` …"""
    stack: tuple[tuple[str, int], ...]
    """(file name, line) of each frame, innermost first."""

    def line_in(self, file: str) -> int | None:
        """The innermost line of `file` that it came from; None where it did not."""
        return next((line for name, line in self.stack if name == file), None)


class Guard(Struct):
    """The refused attempts of one guarded block, and the one server that may be reached."""

    redirect: Mapping[str, str] | None = None
    """libpq's parameters of the scratch database that every SQLAlchemy engine is sent to; None: nowhere."""
    attempts: list[Attempt] = field(default_factory=list)
    cursor_factory: Any = None
    """psycopg2's cursors on that server are made by it, if it is given."""
    opened: Any = None
    """A connection of psycopg2's to that database, for the first engine that asks for one."""

    def parameters(self, driver: str) -> dict[str, Any]:
        """What `driver` connects with instead."""
        own = {"cursor_factory": self.cursor_factory} if self.cursor_factory and driver == "psycopg2" else {}
        given: dict[str, Any] = {**(self.redirect or {}), **own}
        if driver in ("asyncpg", "pg8000"):
            given["database"] = given.pop("dbname")
        if driver == "pg8000":
            host, given["port"] = given["host"], int(given["port"])
            if host.startswith("/"):
                given["unix_sock"] = f"{host}/{_POSTGRES_SOCKET}{given['port']}"
        return given

    def connection(self, driver: str) -> Any:
        """The connection that is open already, the first time that psycopg2 asks for one; else None."""
        if driver != "psycopg2" or self.opened is None:
            return None
        opened, self.opened = self.opened, None
        opened.cursor_factory = self.cursor_factory
        return opened

    def refuse(self, by: str) -> BaseException:
        """Note the attempt; the error to raise. It never names the target: it may hold a password."""
        frame: FrameType | None = sys._getframe(1)
        stack = []
        while frame is not None:
            stack.append((frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back
        self.attempts.append(Attempt(by, tuple(stack)))
        message = f"Assay refused a connection by {by}: it does not go through Alembic's."
        if len(self.attempts) > PATIENCE:
            return PersistentConnectionError(message)
        return ForeignSocketError(message) if by == _SOCKET else ForeignConnectionError(message)


_active: list[Guard] = []
_hook_installed = False
_passing = ContextVar("passing", default=False)
"""True in a thread, or in a task of an event loop, while a connection is made that is allowed."""


@contextmanager
def no_connections(redirect: Mapping[str, str] | None = None) -> Iterator[Guard]:
    """Refuse every database connection inside the block; raises ForeignConnectionError where one is tried.

    With `redirect`, an SQLAlchemy engine for PostgreSQL, whatever its URL or creator, connects to those
    parameters instead.
    """
    guard = Guard(redirect)
    _install_audit_hook()
    with ExitStack() as stack:
        _active.append(guard)
        stack.callback(_active.pop)
        stack.callback(_guard_engines(guard))
        drivers = _guard_drivers()
        try:
            yield guard
        finally:
            for restore in drivers:
                restore()


@contextmanager
def unguarded() -> Iterator[None]:
    """Assay's own connections, in this thread."""
    before = _passing.set(True)
    try:
        yield
    finally:
        _passing.reset(before)


def _install_audit_hook() -> None:
    """Audit hooks cannot be taken out again: one is put in for good and looks whether a guard is active."""
    global _hook_installed
    if not _hook_installed:
        sys.addaudithook(_audit)
        _hook_installed = True


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if not _active or _passing.get():
        return
    look = _AUDITED.get(event)
    if look is not None and (by := look(args)) is not None:
        raise _active[-1].refuse(by)


def _socket(args: tuple[Any, ...]) -> str | None:
    address = args[1]
    if _is_redirect(address):
        return None
    if isinstance(address, (str, bytes)):  # a unix socket: syslog and the like are harmless
        return "a unix socket" if _POSTGRES_SOCKET in os.fsdecode(address) else None
    return _SOCKET


def _is_redirect(address: Any) -> bool:
    """Whether it is the scratch server's own address (asyncpg and pg8000 connect from Python)."""
    redirect = _active[-1].redirect
    if redirect is None:
        return False
    host, port = redirect.get("host", ""), redirect.get("port", "5432")
    if isinstance(address, (str, bytes)):
        return os.fsdecode(address) == f"{host}/{_POSTGRES_SOCKET}{port}"
    return bool(address[:2] == (host, int(port)))


def _sqlite(args: tuple[Any, ...]) -> str | None:
    return None if os.fsdecode(args[0]) in (":memory:", "", "file::memory:") else "sqlite3"


def _program(args: tuple[Any, ...]) -> str | None:
    words = args[1] if len(args) > 1 and args[1] else [args[0]]
    if isinstance(words, (str, bytes)):
        words = os.fsdecode(words).split()
    names = {PurePath(os.fsdecode(word)).name for word in [args[0] or "", *words[:1]]}
    return next(iter(sorted(names & _PROGRAMS)), None)


def _shell(args: tuple[Any, ...]) -> str | None:
    words = os.fsdecode(args[0]).replace(";", " ").replace("|", " ").replace("&", " ").split()
    return next((PurePath(word).name for word in words if PurePath(word).name in _PROGRAMS), None)


_AUDITED: dict[str, Callable[[tuple[Any, ...]], str | None]] = {
    "socket.connect": _socket,
    "sqlite3.connect": _sqlite,
    "subprocess.Popen": lambda args: _program(args) or _shell_words(args),
    "os.exec": _program,
    "os.posix_spawn": _program,
    "os.system": _shell,
}


def _shell_words(args: tuple[Any, ...]) -> str | None:
    words = [os.fsdecode(word) for word in args[1]] if isinstance(args[1], (list, tuple)) else []
    if words[1:2] == ["-c"] and PurePath(words[0]).name in ("sh", "bash", "dash", "zsh"):
        return _shell((words[2],))
    return None


def _guard_engines(guard: Guard) -> Callable[[], None]:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def connect(dialect: Any, _record: Any, cargs: list[Any], cparams: dict[str, Any]) -> Any:
        if guard.redirect is None or dialect.name != "postgresql":
            raise guard.refuse(f"an SQLAlchemy engine ({dialect.name})")
        cargs.clear()
        cparams.clear()
        cparams.update(guard.parameters(dialect.driver))
        return guard.connection(dialect.driver)

    event.listen(Engine, "do_connect", connect)
    return lambda: event.remove(Engine, "do_connect", connect)


_DRIVERS: dict[str, tuple[tuple[str, str], ...]] = {
    "psycopg2": (
        ("psycopg2", "connect"),
        ("psycopg2", "_connect"),
        ("psycopg2._psycopg", "_connect"),
        ("psycopg2._psycopg", "connection"),
        ("psycopg2.extensions", "connection"),
    ),
    "psycopg": (
        ("psycopg", "connect"),
        ("psycopg.Connection", "connect"),
        ("psycopg.AsyncConnection", "connect"),
        ("psycopg.generators", "connect"),
    ),
    "MySQLdb": (("MySQLdb", "connect"), ("MySQLdb", "Connect"), ("MySQLdb", "Connection")),
    "pyodbc": (("pyodbc", "connect"),),
    "oracledb": (("oracledb", "connect"),),
}
"""Driver → (owner, attribute) of each way to connect that goes through C, where no audit event is raised."""


def _guard_drivers() -> list[Callable[[], None]]:
    """Replace the drivers' `connect`: of those imported already now, of the others as they are imported."""
    undo: list[Callable[[], None]] = []
    finder = _AfterImport(lambda name: undo.extend(_shut(name)))
    for name in _DRIVERS:
        if name in sys.modules:
            undo.extend(_shut(name))
    sys.meta_path.insert(0, finder)
    undo.append(lambda: sys.meta_path.remove(finder))
    return undo


def _shut(driver: str) -> Iterator[Callable[[], None]]:
    for owner_name, attribute in _DRIVERS[driver]:
        owner = _resolve(owner_name)
        kept = vars(owner).get(attribute) if owner is not None else None
        if kept is not None:
            setattr(owner, attribute, _guarded(kept, driver))
            yield lambda o=owner, a=attribute, k=kept: setattr(o, a, k)  # type: ignore[misc]


def _guarded(connect: Any, driver: str) -> Any:
    """`connect` (a function, class method or class) that refuses while a guard is active.

    Project code may keep a reference to it, or derive a class from it, that outlives the guard.
    """
    if isinstance(connect, type):

        class Guarded(connect):  # type: ignore[misc]
            def __init__(self, *args: Any, **kw: Any) -> None:
                if _active and not _passing.get():
                    raise _active[-1].refuse(driver)
                super().__init__(*args, **kw)

        Guarded.__name__, Guarded.__qualname__ = connect.__name__, connect.__qualname__
        return Guarded

    function = connect.__func__ if isinstance(connect, classmethod) else connect
    own = 1 if isinstance(connect, classmethod) else 0

    def guarded(*args: Any, **kw: Any) -> Any:
        if not _active or _passing.get():
            return function(*args, **kw)
        guard = _active[-1]
        if guard.redirect is None or not _within_a_pool():
            raise guard.refuse(driver)
        with unguarded():  # whatever the arguments say: the scratch database
            made = function(*args[:own], **guard.parameters(driver))
        return _awaited(made) if iscoroutine(made) else made

    return classmethod(guarded) if isinstance(connect, classmethod) else guarded


async def _awaited(connecting: Coroutine[Any, Any, Any]) -> Any:
    with unguarded():
        return await connecting


def _within_a_pool() -> bool:
    """Whether an SQLAlchemy engine asks for the connection, through its dialect or its `creator`."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith("sqlalchemy.pool"):
            return True
        frame = frame.f_back
    return False


def _resolve(dotted: str) -> Any:
    if dotted in sys.modules:
        return sys.modules[dotted]
    module, _, attribute = dotted.rpartition(".")
    return getattr(sys.modules.get(module), attribute, None)


class _AfterImport(MetaPathFinder):
    """A meta path finder that calls back once a driver's top-level module has been executed."""

    def __init__(self, then: Callable[[str], None]) -> None:
        self._then = then
        self._busy = False

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        """The spec of a driver, which calls back when it has run; nothing for any other module."""
        if fullname not in _DRIVERS or self._busy:
            return None
        from importlib.util import find_spec

        self._busy = True
        try:
            spec = find_spec(fullname)
        finally:
            self._busy = False
        if spec is None or spec.loader is None:
            return None
        run, then = spec.loader.exec_module, self._then

        def exec_module(module: Any) -> None:
            run(module)
            then(fullname)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
