"""What else than its own text a revision's work depends on: files that it read, modules, variables.

A state that is kept for later runs is good as long as these are as they were. They are noted while revisions
run: files and folders that are read below the git top level, and environment variables that are asked for.
Where a revision imports anything of the project's, every module of the project's that is loaded counts.

Not noted is what env.py alone reads: it gives what `signature` tells, and its own text counts. Nor what
programs read that a revision starts.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import source_from_cache
from pathlib import Path
from threading import get_ident
from typing import Any, NamedTuple

from assay.cache import Cache, key_of
from assay.model import Revision

_IMPORTS = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([\w.]+)", re.MULTILINE)
_INSTALLED = re.compile(r"/(?:site-packages|\.git|\.tox|\.nox)/")
_WRITES = os.O_WRONLY | os.O_RDWR
_OURS = frozenset({"DATABASE_URL"})
"""Set by ourselves while revisions run."""

_ROOM = "states"


class State(NamedTuple):
    """One that was kept: what it depends on, and what env.py was like."""

    names: tuple[str, ...]
    signature: str

    def address(self, key: str, toplevel: Path) -> str:
        """The key of the template, with all of this as it is now."""
        return key_of(key, self.signature, [_content(name, toplevel) for name in self.names])


def kept(key: str) -> State | None:
    """The state that was kept last for the revisions that `key` names."""
    found = Cache(_ROOM).get(key)
    return State(tuple(found["names"]), found["signature"]) if isinstance(found, dict) else None


def keep(key: str, state: State) -> None:
    """Note it."""
    Cache(_ROOM).put(key, {"names": list(state.names), "signature": state.signature})


def signature(context: Any, traced_by: str) -> str:
    """What of env.py shapes the objects that revisions make, and does not stand in it."""
    metadata = context.opts.get("target_metadata")
    wholes = metadata if isinstance(metadata, (list, tuple)) else [metadata]
    named = [sorted((str(k), _spelt(v)) for k, v in _conventions(whole).items()) for whole in wholes]
    return key_of(traced_by, str(context.version_table), str(context.version_table_schema), named)


def _conventions(metadata: Any) -> dict[Any, Any]:
    return dict(getattr(metadata, "naming_convention", None) or {})


def _spelt(value: Any) -> str:
    """A template as it is; a function by its name, the file it stands in and the texts that it closes over.

    Its own text as an object holds an address, which is another one in each process.
    """
    code = getattr(value, "__code__", None)
    if isinstance(value, str) or code is None:
        return value if isinstance(value, str) else f"{type(value).__module__}.{type(value).__qualname__}"
    given = inspect.getclosurevars(value).nonlocals
    texts = sorted((name, text) for name, text in given.items() if isinstance(text, str))
    try:
        file = hashlib.sha256(Path(code.co_filename).read_bytes()).hexdigest()
    except OSError:
        file = ""
    return key_of(value.__module__, value.__qualname__, file, texts)


class Inputs:
    """Notes what revisions depend on."""

    def __init__(self, toplevel: Path, names: Iterable[str] = ()) -> None:
        self._home = f"{os.path.realpath(toplevel)}{os.sep}"
        self._names = set(names)

    @property
    def names(self) -> tuple[str, ...]:
        """`file:…` and `folder:…` relative to the top level, `variable:…`."""
        return tuple(sorted(self._names))

    @contextmanager
    def noting(self, revision: Revision) -> Iterator[None]:
        """What is read inside belongs to `revision`."""
        _install_hook()
        global _thread
        plain, _thread = os.environ.__class__, get_ident()
        _active.append(self)
        os.environ.__class__ = _Environ
        try:
            yield
        finally:
            os.environ.__class__ = plain
            _active.pop()
            self._note_modules(revision)

    def note(self, kind: str, what: Any) -> None:
        """Something was read."""
        if kind == "variable":
            if what not in _OURS:
                self._names.add(f"variable:{what}")
            return
        path = os.path.realpath(os.fsdecode(what))
        if kind == "folder" and path.endswith("__pycache__"):
            return
        if path.endswith(".pyc"):
            path = _source(path)
        if f"{path}{os.sep}".startswith(self._home) and not _INSTALLED.search(path):
            self._names.add(f"{kind}:{path[len(self._home) :]}")

    def _note_modules(self, revision: Revision) -> None:
        if any(self._is_own(name.decode()) for name in _IMPORTS.findall(revision.source)):
            for module in list(sys.modules.values()):
                if file := getattr(module, "__file__", None):
                    self.note("file", file)

    def _is_own(self, module: str) -> bool:
        file = getattr(sys.modules.get(module.partition(".")[0]), "__file__", None)
        path = getattr(sys.modules.get(module.partition(".")[0]), "__path__", None)
        where = os.path.realpath(file or next(iter(path or ()), "/"))
        return where.startswith(self._home) and not _INSTALLED.search(where)


_active: list[Inputs] = []
_thread = 0
"""The one whose doings are noted."""
_hooked = False


def _install_hook() -> None:
    """Audit hooks cannot be taken out again: one is put in for good."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked = True


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if not _active or get_ident() != _thread:
        return
    if event == "open":
        path, _, flags = args
        if isinstance(path, (str, bytes)) and not flags & _WRITES:
            _active[-1].note("file", path)
    elif event in ("os.listdir", "os.scandir") and not _is_import():
        path = "." if args[0] is None else args[0]
        if isinstance(path, (str, bytes)):
            _active[-1].note("folder", path)


def _is_import() -> bool:
    """Whether Python looks for a module in a folder."""
    return sys._getframe(2).f_code.co_filename.startswith("<frozen importlib")


class _Environ(os._Environ):  # type: ignore[type-arg]
    """`os.environ` while it is watched: only its class is another one."""

    def __getitem__(self, name: str) -> str:
        if _active and get_ident() == _thread:
            _active[-1].note("variable", name)
        return str(super().__getitem__(name))


def _source(compiled: str) -> str:
    try:
        return source_from_cache(compiled)
    except ValueError:
        return compiled


def _content(name: str, toplevel: Path) -> str:
    kind, _, what = name.partition(":")
    try:
        if kind == "variable":
            content = os.environb.get(os.fsencode(what), b"\0")
        elif kind == "folder":
            content = "\n".join(sorted(each.name for each in (toplevel / what).iterdir())).encode()
        else:
            content = (toplevel / what).read_bytes()
    except OSError:
        return ""
    return hashlib.sha256(content).hexdigest()
