"""The values that flow down the line: revision, statement, finding (DESIGN.md, "Words").

Every room may import this module; it imports nothing of Assay's.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal

from msgspec import Struct

Direction = Literal["upgrade", "downgrade"]
Origin = Literal["generated", "written"]


class Severity(str, Enum):
    """How bad a finding is, mildest first in `ORDER`.

    `ERROR` means: this should not go to a busy production database as written.
    """

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a note, 1 for a warning, 2 for an error."""
        return list(Severity).index(self)


class Revision(Struct, frozen=True):
    """One Alembic migration file, as its source states it; never imported to make this."""

    id: str
    path: str
    """POSIX path relative to the git top level (to the project root outside git)."""
    source: bytes
    """The file's bytes, from the working tree, the index or a commit."""
    down_revisions: tuple[str, ...] = ()
    branch_labels: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    message: str = ""
    """First line of the docstring, as `alembic history` shows it; empty without one."""
    create_date: str | None = None
    """As the docstring's "Create Date:" line states it."""
    line: int = 1
    """1-based line of the `revision` assignment."""
    down_line: int = 1
    """1-based line of the `down_revision` assignment."""
    new: bool = False
    """Not on the base (or staged, or asked for by id: see `assay.history`)."""

    def __repr__(self) -> str:
        """Without the source."""
        return f"Revision({self.id!r}, {self.path!r})"

    @property
    def text(self) -> str:
        """The source decoded as Python would decode it (PEP 263)."""
        import io
        import tokenize

        encoding, _ = tokenize.detect_encoding(io.BytesIO(self.source).readline)
        return self.source.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


class Span(Struct, frozen=True):
    """Where one line of a statement's SQL stands in the revision file.

    `line` is the file's 1-based line. `column` is the file's 0-based character column of the SQL line's
    first character, or None where the text does not stand in the file as such (generated SQL, text
    put together at run time); then `line` is the statement's own.
    """

    line: int
    column: int | None = None


class Statement(Struct, frozen=True):
    """One SQL statement that a revision emits, in the order it runs."""

    direction: Direction
    sql: str
    """Without the terminating semicolon and without surrounding white space."""
    path: str
    """The revision file: POSIX path relative to the git top level."""
    line: int
    """1-based line in `path`: the innermost line inside the revision file that made it; of one of several
    statements in a text, the line on which it begins there."""
    in_transaction: bool
    """False inside an `autocommit_block()`, or where env.py turned transactional DDL off."""
    origin: Origin
    """`written`: a person's SQL text; `generated`: SQLAlchemy or Alembic compiled it."""
    spans: tuple[Span, ...] = ()
    """One for each line of `sql` (`sql.split("\\n")`), in order."""


class Finding(Struct, frozen=True):
    """A rule's verdict."""

    rule: str
    group: str
    severity: Severity
    message: str
    """The fact, one or two sentences."""
    advice: str
    """What to do about it; may hold several lines, ready to paste."""
    revision: str | None = None
    path: str | None = None
    line: int | None = None
    """1-based."""
    column: int | None = None
    """1-based; None where only the line is known."""
