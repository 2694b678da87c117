"""Every statement changes the fingerprint, is named exactly, and leaves no trace once undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from assay.catalog import Catalog, as_ddl, catalog_document, diff, load_catalog, read_catalog
from assay.scratch import LocalServer
from msgspec import json
from psycopg2.extensions import connection

from tests.catalog.conftest import run
from tests.catalog.ddl_cases import CASES, Case

ALSO_FROM_FILES = {
    "rename table",
    "rename column",
    "rename viewed column",
    "rename constraint",
    "rename primary key",
    "rename index",
    "rename trigger",
    "rename policy",
    "rename enum value",
    "rename view",
}
"""Renames that are certain without PostgreSQL's numbers."""


@pytest.fixture(scope="module")
def sessions(servers: dict[int, LocalServer]) -> Iterator[dict[int, tuple[connection, Catalog]]]:
    """A session on each server's base, and what it is like before anything happens."""
    opened = {major: server.connect("base") for major, server in servers.items()}
    found = {major: context.__enter__() for major, context in opened.items()}
    yield {major: (session, read_catalog(session)) for major, session in found.items()}
    for context in opened.values():
        context.__exit__(None, None, None)


def test_there_are_enough_statements() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_statement(sessions: dict[int, tuple[connection, Catalog]], case: Case) -> None:
    for major, (session, before) in sessions.items():
        if major < case.since:
            continue
        run(session, "BEGIN")
        try:
            run(session, case.ddl)
            after = read_catalog(session)
            changes = diff(before, after)
            assert after.fingerprint != before.fingerprint
            assert str(changes) == case.text
            assert all(as_ddl(change) for change in changes if not change.implied)
            _from_files(before, after, case)
            if case.undo:
                run(session, case.undo)
                assert read_catalog(session).fingerprint == before.fingerprint
        finally:
            run(session, "ROLLBACK")


def _from_files(before: Catalog, after: Catalog, case: Case) -> None:
    """Without PostgreSQL's numbers the same difference is found, or more is told; nothing is hidden."""
    first, second = (load_catalog(json.encode(catalog_document(catalog))) for catalog in (before, after))
    changes = diff(first, second)
    assert any(not change.implied for change in changes)
    if case.id in ALSO_FROM_FILES or not case.id.startswith(("rename", "move")):
        assert str(changes) == case.text
