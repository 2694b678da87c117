"""Questions and answers as a JSON document. The structs are the format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from assay import __version__
from assay.preflight.model import Answer, Query, Unasked


class ToolDocument(msgspec.Struct):
    """The program that wrote the document."""

    name: Literal["assay"] = "assay"
    version: str = __version__


class QueryDocument(msgspec.Struct, kw_only=True):
    """A question whose answer tells whether real data will refuse a change; the answer, if it was asked."""

    title: str
    """For a person: "orders.note holds NULL"."""
    sql: str
    """One SELECT of one number, without a semicolon."""
    revision: str
    path: str
    line: int
    """Of the statement that the data would refuse."""
    statement: str
    """That statement's SQL."""
    cheap: bool
    """It reads the table once; otherwise it sorts, joins or compares its rows."""
    expected: str
    """The number that means that no data refuses the change."""
    needs: int
    """PostgreSQL's major version from which it can be asked; 0 for every one."""
    found: str | UnsetType | None = UNSET
    """The number that a database answered; null where it did not."""
    error: str | UnsetType | None = UNSET
    """Why there is no answer."""
    fine: bool | UnsetType = UNSET
    """Whether the data will not refuse the change."""
    unasked: str | UnsetType = UNSET
    """Why this database cannot be asked; that is no failure."""


class UnaskedDocument(msgspec.Struct):
    """A change that data may refuse and that no query can be asked about beforehand."""

    title: str
    why: str
    revision: str
    path: str
    line: int


class PreflightDocument(msgspec.Struct):
    """What `assay preflight --format json` prints."""

    version: Literal[1]
    """Of this format."""
    tool: ToolDocument
    command: Literal["preflight"]
    queries: list[QueryDocument]
    unasked: list[UnaskedDocument]
    problems: list[str]
    """Why some changes may not have been seen; with one, the exit code is 1."""


def to_document(
    queries: Iterable[Query], unasked: Iterable[Unasked], answers: Iterable[Answer], problems: list[str]
) -> dict[str, Any]:
    """The document, ready for `json.dumps`."""
    given = {id(answer.query): answer for answer in answers}
    document = PreflightDocument(
        version=1,
        tool=ToolDocument(),
        command="preflight",
        queries=[_query(query, given.get(id(query))) for query in queries],
        unasked=[UnaskedDocument(**asdict(each)) for each in unasked],
        problems=problems,
    )
    return msgspec.to_builtins(document)  # type: ignore[no-any-return]


def _query(query: Query, answer: Answer | None) -> QueryDocument:
    told = QueryDocument(**asdict(query), needs=query.needs)
    if answer is not None:
        told.found, told.error, told.fine = answer.found, answer.error, answer.fine
        told.unasked = UNSET if answer.unasked is None else answer.unasked
    return told
