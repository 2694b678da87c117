"""Catches every statement that Alembic's offline mode writes, with the line that made it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from msgspec import Struct, field

from assay.model import Direction, Revision
from assay.render.guard import Attempt, Guard
from assay.render.split import split, transaction_after


class Emission(Struct, frozen=True):
    """One call that wrote SQL: its text as written, whose it is, and where from."""

    text: str
    line: int
    written: bool
    in_transaction: bool


class Script(Struct):
    """What one revision emits in one direction."""

    revision: Revision
    direction: Direction
    text: str = ""
    """Exactly what `alembic upgrade … --sql` writes for this step, Alembic's own bookkeeping included."""
    emissions: list[Emission] = field(default_factory=list)
    error: BaseException | None = None
    needs_connection: bool = False
    """The revision asked for the connection, which offline there is none of."""
    attempts: list[Attempt] = field(default_factory=list)
    """Connections that it tried to open, all refused."""


class Recorder:
    """The output buffer of a rendering, and what is known while it fills."""

    def __init__(self, file_of: Callable[[Revision], str], guard: Guard) -> None:
        self.file_of = file_of
        self._guard = guard
        self.buffer = io.StringIO()
        self.in_transaction = False
        self.batch_line: int | None = None
        self.attempts: list[Attempt] = []
        """Connections that the last step tried to open."""
        self._script: Script | None = None
        self._file = ""
        self._running = False

    @property
    def is_running(self) -> bool:
        """Whether a revision's own function runs now."""
        return self._running

    @contextmanager
    def step(self, script: Script) -> Iterator[str]:
        """Everything written inside belongs to `script`; the file name that its frames carry."""
        before, tried = self.buffer.tell(), len(self._guard.attempts)
        self._script, self._file = script, self.file_of(script.revision)
        try:
            yield self._file
            script.text += self.buffer.getvalue()[before:]
        finally:
            script.attempts = self.attempts = self._guard.attempts[tried:]
            self._script = None
            self.batch_line = None

    def running(self, migrate: Callable[..., Any]) -> Callable[..., Any]:
        """`migrate` (a revision's upgrade or downgrade), marked as the revision's own work."""

        @wraps(migrate)
        def run(*args: Any, **kw: Any) -> Any:
            self._running = True
            try:
                return migrate(*args, **kw)
            finally:
                self._running = False

        return run

    def wrote(self, text: str, written: bool) -> None:
        """A statement went out."""
        if self._running and self._script is not None:
            line = self.line()
            self._script.emissions.append(Emission(text, line, written, self.in_transaction))
        if written:
            for sql in split(text):
                self.in_transaction = transaction_after(sql.text, self.in_transaction)

    def asked_for_connection(self) -> None:
        """The revision asked for the connection (`op.get_bind()` and the like)."""
        if self._running and self._script is not None and self._called_from_revision():
            self._script.needs_connection = True

    def line(self) -> int:
        """The innermost line inside the revision file that runs now; for a batch, its operation's line."""
        if self.batch_line is not None:
            return self.batch_line
        frame: Any = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self._file:
                return int(frame.f_lineno)
            frame = frame.f_back
        return self._script.revision.line if self._script else 1

    def _called_from_revision(self) -> bool:
        frame: Any = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename != self._file:
            name = frame.f_globals.get("__name__", "")
            if name.startswith(("alembic.ddl", "alembic.operations.toimpl", "sqlalchemy.")):
                return False
            frame = frame.f_back
        return frame is not None


class _RecordingImpl:
    """Mixed into the project's own dialect implementation: tells the recorder what passes through."""

    assay_recorder: Recorder
    assay_written = False

    def _exec(self, construct: Any, *args: Any, **kw: Any) -> Any:
        from sqlalchemy.schema import DDL
        from sqlalchemy.sql.elements import TextClause

        self.assay_written = isinstance(construct, (str, TextClause, DDL))
        try:
            return super()._exec(construct, *args, **kw)  # type: ignore[misc]
        finally:
            self.assay_written = False

    def static_output(self, text: str) -> None:
        super().static_output(text)  # type: ignore[misc]
        if not text.startswith("-- Running "):
            self.assay_recorder.wrote(text, self.assay_written)

    def emit_begin(self) -> None:
        with self._framing():
            super().emit_begin()  # type: ignore[misc]
        self.assay_recorder.in_transaction = True

    def emit_commit(self) -> None:
        with self._framing():
            super().emit_commit()  # type: ignore[misc]
        self.assay_recorder.in_transaction = False

    @contextmanager
    def _framing(self) -> Iterator[None]:
        recorder = self.assay_recorder
        running, recorder._running = recorder._running, False
        try:
            yield
        finally:
            recorder._running = running

    @property
    def bind(self) -> Any:
        self.assay_recorder.asked_for_connection()
        return super().bind  # type: ignore[misc]


def record(impl: Any, recorder: Recorder) -> None:
    """From now on `impl` (a DefaultImpl) tells `recorder` what it writes."""
    recording: Any = type(type(impl).__name__, (_RecordingImpl, type(impl)), {"assay_recorder": recorder})
    impl.__class__ = recording


class _LocatedBatch(list[Any]):
    """The pending operations of a `batch_alter_table`: each knows the line that asked for it."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder
        self._lines: list[int] = []

    def append(self, operation: Any) -> None:
        self._lines.append(self._recorder.line())
        super().append(operation)

    def __iter__(self) -> Iterator[Any]:
        try:
            for line, operation in zip(self._lines, super().__iter__(), strict=True):
                self._recorder.batch_line = line
                yield operation
        finally:
            self._recorder.batch_line = None


@contextmanager
def located_batches(recorder: Recorder) -> Iterator[None]:
    """A batch runs its operations when it ends; keep the line of each."""
    from alembic.operations.batch import BatchOperationsImpl

    initialise: Any = BatchOperationsImpl.__init__

    def __init__(self: Any, *args: Any, **kw: Any) -> None:  # noqa: N807
        initialise(self, *args, **kw)
        self.batch = _LocatedBatch(recorder)

    BatchOperationsImpl.__init__ = __init__  # type: ignore[method-assign]
    try:
        yield
    finally:
        BatchOperationsImpl.__init__ = initialise  # type: ignore[method-assign]


@contextmanager
def ordered_indexes() -> Iterator[None]:
    """Make a new table's indexes in the order of their names: Alembic takes them from a set, whose order is
    another in each process. What it writes is one of the texts that `alembic … --sql` may print."""
    from alembic.ddl.impl import DefaultImpl

    create: Any = DefaultImpl.create_table

    def create_table(self: Any, table: Any, **kw: Any) -> None:
        indexes = table.indexes
        table.indexes = sorted(indexes, key=lambda index: str(index.name))
        try:
            create(self, table, **kw)
        finally:
            table.indexes = indexes

    DefaultImpl.create_table = create_table  # type: ignore[method-assign]
    try:
        yield
    finally:
        DefaultImpl.create_table = create  # type: ignore[method-assign]
