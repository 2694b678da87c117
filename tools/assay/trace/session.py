"""The session that revisions run in, put back after each step to what env.py made of it.

Production runs a revision, its downgrade and the next one in sessions of their own: what a step leaves in
its session (a temporary table, a SET, a prepared statement, an advisory lock) is not there for the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

_OWN_NAMES = re.compile(r"\bset(?:_config\s*\(\s*'|\s+(?:session\s+)?)([a-z_]\w*\.[\w.]+)", re.IGNORECASE)
"""Settings with a name of the application's own (`app.tenant`), which pg_settings does not list."""

_STATE = """
    SELECT pg_catalog.current_setting('session_authorization'), pg_catalog.current_setting('role'),
        (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(s.name, s.setting))
         FROM pg_catalog.pg_settings s WHERE s.source = 'session'),
        (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
            l.classid::bigint, l.objid::bigint, l.objsubid, l.mode))
         FROM pg_catalog.pg_locks l
         WHERE l.locktype = 'advisory' AND l.pid = pg_catalog.pg_backend_pid() AND l.granted),
        ARRAY(SELECT pg_catalog.pg_listening_channels())
"""

_FORGET = """
    SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES;
    SELECT pg_catalog.pg_advisory_unlock_all();
"""
"""What DISCARD ALL does (PostgreSQL manual, "DISCARD"), which no transaction allows, but for its
DEALLOCATE ALL: prepared statements may be ours."""

_PREPARED = "SELECT p.name FROM pg_catalog.pg_prepared_statements p WHERE p.name !~ '^assay_'"

_IDLE = 0
"""`TRANSACTION_STATUS_IDLE` of psycopg2.extensions."""


def own_settings(sql: str) -> set[str]:
    """The settings of the application's own that a text names where it sets them."""
    return set(_OWN_NAMES.findall(sql)) if "." in sql else set()


class SessionState:
    """What a session of psycopg2's was like when env.py handed it over."""

    def __init__(self, session: Any, settings: Iterable[str] = ()) -> None:
        """`settings` are those that pg_settings does not list."""
        from psycopg2.extensions import quote_ident

        self._session = session
        with session.cursor() as cursor:
            cursor.execute(_STATE)
            user, role, listed, locks, channels = cursor.fetchone()
            own = {name: _setting(cursor, name) for name in settings}
        self._end()
        values = {**dict(listed or ()), **{name: value for name, value in own.items() if value}}
        again = [
            cursor.mogrify("SELECT pg_catalog.set_config(%s, %s, false)", item).decode()
            for item in values.items()
        ]
        again += [_locked(*lock) for lock in locks or ()]
        again += [f"LISTEN {quote_ident(channel, session)}" for channel in channels]
        again.append(f"SET SESSION AUTHORIZATION {quote_ident(user, session)}")
        again.append("RESET ROLE" if role == "none" else f"SET ROLE {quote_ident(role, session)}")
        self._again = f"{_FORGET} {'; '.join(again)}; {_PREPARED}"

    def restore(self) -> None:
        """Make it so again, outside any transaction; what ended with the session is nobody's fault here."""
        import psycopg2
        from psycopg2.extensions import quote_ident

        with suppress(psycopg2.Error), self._session.cursor() as cursor:
            if self._session.get_transaction_status() != _IDLE:
                cursor.execute("ROLLBACK")
            cursor.execute(self._again)
            for (name,) in cursor.fetchall():
                cursor.execute(f"DEALLOCATE {quote_ident(name, self._session)}")
            self._end()

    def _end(self) -> None:
        if not self._session.autocommit:
            self._session.commit()


def _setting(cursor: Any, name: str) -> str | None:
    cursor.execute("SELECT pg_catalog.current_setting(%s, true)", [name])
    (value,) = cursor.fetchone()
    return None if value is None else str(value)


def _locked(high: int, low: int, kind: int, mode: str) -> str:
    """Take an advisory lock again, whose key is one number (kind 1) or two (2)."""
    shared = "_shared" if mode == "ShareLock" else ""
    numbers = [_signed(high, 32), _signed(low, 32)] if kind == 2 else [_signed((high << 32) + low, 64)]
    return f"SELECT pg_catalog.pg_advisory_lock{shared}({', '.join(map(str, numbers))})"


def _signed(number: int, bits: int) -> int:
    return number - (1 << bits) if number >> (bits - 1) else number
