"""Statements that a session of psycopg2's prepares once, in as few round trips as can be.

Each is run within a savepoint, so that whoever forgets what is prepared (DEALLOCATE ALL) does no harm.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from assay.catalog.queries import pin

SAVEPOINT = "assay_catalog"

Argument = tuple[str, Any]
"""A type and a value of it."""


def prepared_row(cursor: Any, name: str, text: str, *arguments: Argument) -> tuple[Any, ...]:
    """The only row of a statement that psycopg2's session prepares once; arguments come with their types.

    Inside a transaction. Whoever forgets the prepared statements (DEALLOCATE ALL) does no harm to it.
    """
    from psycopg2.errors import InvalidSqlStatementName

    values = [value for _, value in arguments]
    places = f" ({', '.join(['%s'] * len(arguments))})" if arguments else ""
    try:
        cursor.execute(f"SAVEPOINT {name}; EXECUTE {name}{places}", values or None)
        row = tuple(cursor.fetchone())
    except InvalidSqlStatementName:
        types = f" ({', '.join(kind for kind, _ in arguments)})" if arguments else ""
        cursor.execute(f"ROLLBACK TO {name}")
        cursor.execute(f"PREPARE {name}{types} AS {text}")
        cursor.execute(f"EXECUTE {name}{places}", values or None)
        row = tuple(cursor.fetchone())
    cursor.execute(f"RELEASE {name}")
    return row


class Prepared:
    """Prepared statements that run under pinned settings, one after the other; `SAVEPOINT` was just set."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._pins = self._pending = pin()

    def pin(self, **settings: str) -> None:
        """Have these settings from the next statement on, as well."""
        more = pin(settings)
        self._pins += more
        self._pending += more

    def row(self, name: str, text: str, *arguments: Argument) -> tuple[Any, ...]:
        """The only row of a statement."""
        from psycopg2.errors import InvalidSqlStatementName

        label = label_of(name, text)
        values = [value for _, value in arguments] or None
        places = f" ({', '.join(['%s'] * len(arguments))})" if arguments else ""
        try:
            self._cursor.execute(f"{self._pending}EXECUTE {label}{places}", values)
        except InvalidSqlStatementName:
            types = f" ({', '.join(kind for kind, _ in arguments)})" if arguments else ""
            self._cursor.execute(f"ROLLBACK TO {SAVEPOINT}; {self._pins}PREPARE {label}{types} AS {text}")
            self._cursor.execute(f"EXECUTE {label}{places}", values)
        self._pending = ""
        return tuple(self._cursor.fetchone())


@lru_cache(maxsize=1000)
def label_of(name: str, text: str) -> str:
    """What a statement is prepared as: another text is another statement."""
    return f"assay_catalog_{name}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"
