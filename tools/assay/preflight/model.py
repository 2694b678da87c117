"""What is asked of a real database, and what it answered."""

from __future__ import annotations

from msgspec import Struct

from assay.preflight.texts import INPUT_IS_VALID

MOST = 1000
"""Bad rows (or groups of them) that a query counts before it stops."""


class Query(Struct, frozen=True):
    """A read-only question whose answer tells whether real data will refuse a change."""

    title: str
    """For a person: "orders.note holds NULL"."""
    sql: str
    """One SELECT of one number, without a semicolon, valid on the schema as it is before the first of the
    new revisions runs. It counts the rows (or groups of equal rows) that are bad, up to `MOST`."""
    revision: str
    path: str
    line: int
    """Of the statement that the data would refuse."""
    statement: str
    """That statement's SQL."""
    cheap: bool = True
    """It reads the table once; otherwise it sorts, joins or compares its rows."""
    expected: str = "0"

    @property
    def needs(self) -> int:
        """The server's major version from which it can be asked; 0 for every one."""
        return INPUT_IS_VALID if "pg_input_is_valid(" in self.sql else 0


class Unasked(Struct, frozen=True):
    """A change that data may refuse and that no query can be asked about beforehand."""

    title: str
    why: str
    """As a clause: "orders.note is made by an earlier new revision"."""
    revision: str
    path: str
    line: int


class Answer(Struct, frozen=True):
    """What a database answered to a query."""

    query: Query
    found: str | None = None
    """The number, as text."""
    error: str | None = None
    """Why there is no answer, without secrets: a timeout, no right to read."""
    unasked: str | None = None
    """Why this server cannot be asked, as a clause; then that is no failure."""

    @property
    def failed(self) -> bool:
        """Whether the data will refuse the change, or the server would not tell."""
        return self.unasked is None and not self.fine

    @property
    def fine(self) -> bool:
        """Whether the data will not refuse the change."""
        return self.error is None and self.found == self.query.expected
