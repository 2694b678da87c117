"""Real databases with rows to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from assay.scratch import Databases

Filled = Callable[..., AbstractContextManager[str]]
"""Of SQL texts: the URL of a database in which they ran."""


@pytest.fixture
def filled(database_server: tuple[str, Databases]) -> Filled:
    _, databases = database_server

    @contextmanager
    def made(*sql: str) -> Iterator[str]:
        with databases.fresh() as name:
            with databases.server.connect(name) as session, session.cursor() as cursor:
                for text in sql:
                    cursor.execute(text)
            yield databases.server.url(name)

    return made
