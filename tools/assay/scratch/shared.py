"""What belongs to a whole server, and outlives the database whose revision made it: roles, settings …

A revision that makes a role passes once and fails ever after if that role is still there. So each state that
is kept has a note of what of this was there with it, and before a database is made from one, what is there
now has to be the same, or is taken away as far as it was not there in the beginning.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg2.extensions import connection

FIRST_USER_OID = 16384
"""FirstNormalObjectId of PostgreSQL's src/include/access/transam.h."""

STANDARD = ("postgres", "template0", "template1")
RELOAD_SECONDS = 5.0

_OURS = "datname ~ '^assay_(scratch|template|spare)_'"

_STATE = f"""
    SELECT json_build_object(
        'roles', (
            SELECT json_object_agg(rolname, to_jsonb(a) - 'oid' - 'rolname' ORDER BY rolname)
            FROM pg_authid a WHERE oid >= {FIRST_USER_OID} AND rolname <> current_user),
        'members', (
            SELECT json_agg(m ORDER BY m::text) FROM (
                SELECT roleid::regrole::text AS role, member::regrole::text,
                    to_jsonb(m) - 'oid' - 'roleid' - 'member' - 'grantor' AS how
                FROM pg_auth_members m WHERE roleid >= {FIRST_USER_OID} OR member >= {FIRST_USER_OID}) m),
        'settings', (
            SELECT json_object_agg(
                concat(nullif(setrole, 0)::regrole, ' / ', datname), setconfig ORDER BY setrole, datname)
            FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase
            WHERE (setdatabase = 0 OR NOT {_OURS}) AND (setdatabase = 0 OR d.oid IS NOT NULL)),
        'system', (
            SELECT json_object_agg(name, setting ORDER BY name) FROM pg_file_settings
            WHERE sourcefile ~ 'postgresql[.]auto[.]conf$'),
        'databases', (
            SELECT json_agg(datname ORDER BY datname) FROM pg_database
            WHERE NOT {_OURS} AND datname <> ALL (%s)),
        'tablespaces', (
            SELECT json_object_agg(spcname, to_jsonb(t) - 'oid' - 'spcname' ORDER BY spcname)
            FROM pg_tablespace t WHERE oid >= {FIRST_USER_OID}),
        'comments', (
            SELECT json_agg(description ORDER BY description) FROM pg_shdescription
            WHERE objoid >= {FIRST_USER_OID}
              AND NOT (classoid = 'pg_database'::regclass AND objoid IN (
                  SELECT oid FROM pg_database WHERE {_OURS})))
    )::text
"""  # noqa: S608 - constants only

_DEPENDENT = f"""
    SELECT DISTINCT datname FROM pg_shdepend JOIN pg_database d ON d.oid = dbid
    WHERE refclassid = 'pg_authid'::regclass AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = %s)
      AND {_OURS} AND datname !~ '^assay_scratch_'
    UNION
    SELECT datname FROM pg_database JOIN pg_db_role_setting ON setdatabase = oid
    WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = %s) AND {_OURS} AND datname !~ '^assay_scratch_'
"""  # noqa: S608 - constants only
"""Templates and spares that need a role."""

_WITHIN = f"""
    SELECT datname FROM pg_database WHERE {_OURS} AND datname !~ '^assay_scratch_' AND oid IN (
        SELECT pg_tablespace_databases(oid) FROM pg_tablespace WHERE spcname = %s)
"""  # noqa: S608 - constants only

State = dict[str, Any]

NOTHING: State = dict.fromkeys(
    ("roles", "members", "settings", "system", "databases", "tablespaces", "comments"),
)
"""The state of a server that initdb has just made."""


class Shared:
    """What belongs to the whole of one server."""

    def __init__(self, session: connection, maintenance: str, drop: Callable[[str], None]) -> None:
        """`session` is one in the database `maintenance`, in autocommit; `drop` drops a database of ours."""
        self._session, self._drop = session, drop
        self._standard = [*STANDARD, maintenance]

    def state(self) -> State:
        """What there is, but for what belongs to our databases."""
        with self._session.cursor() as cursor:
            cursor.execute(_STATE, [self._standard])
            (answer,) = cursor.fetchone() or ("{}",)
        state: State = json.loads(answer)
        return state

    def put_back(self, first: State) -> None:
        """Take away what was not there at `first`, and the templates that need it; what cannot go stays."""
        now = self.state()
        for name in _new(now, first, "databases"):
            self._try("ALTER DATABASE {} IS_TEMPLATE false", name)
            self._try("DROP DATABASE {} WITH (FORCE)", name)
        for name in _new(now, first, "tablespaces"):
            self._drop_all(_WITHIN, name)
            self._try("DROP TABLESPACE {}", name)
        for place in now["settings"] or ():
            if (first["settings"] or {}).get(place) != now["settings"][place]:
                self._reset(*place.split(" / "))
        for name in _new(now, first, "roles"):
            self._drop_all(_DEPENDENT, name, name)
            if not self._try("DROP ROLE {}", name):
                self._try("DROP OWNED BY {} CASCADE", name)
                self._try("DROP ROLE {}", name)
        if now["system"] != first["system"]:
            self._reset_system(first["system"] or {})

    def _reset(self, role: str, database: str) -> None:
        from psycopg2 import sql

        whose = sql.SQL("ROLE {}").format(sql.SQL(role)) if role else sql.SQL("ROLE ALL")
        where = sql.SQL(" IN DATABASE {}").format(sql.Identifier(database)) if database else sql.SQL("")
        if not role and database:
            whose, where = sql.SQL("DATABASE {}").format(sql.Identifier(database)), sql.SQL("")
        self._run(sql.SQL("ALTER {}{} RESET ALL").format(whose, where))

    def _reset_system(self, first: dict[str, str]) -> None:
        """ALTER SYSTEM as it was, and wait until the server has read it: it says so by the time."""
        from psycopg2 import sql

        read = self._loaded()
        self._try("ALTER SYSTEM RESET ALL")
        for name, value in first.items():
            self._run(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        self._try("SELECT pg_reload_conf()")
        deadline = time.monotonic() + RELOAD_SECONDS
        while self._loaded() == read and time.monotonic() < deadline:
            time.sleep(0.002)

    def _loaded(self) -> Any:
        with self._session.cursor() as cursor:
            cursor.execute("SELECT pg_conf_load_time()")
            return cursor.fetchone()

    def _drop_all(self, query: str, *arguments: str) -> None:
        with self._session.cursor() as cursor:
            cursor.execute(query, arguments)
            found = [row[0] for row in cursor.fetchall()]
        for name in found:
            self._drop(name)

    def _try(self, statement: str, *names: str) -> bool:
        from psycopg2 import sql

        return self._run(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _run(self, statement: Any) -> bool:
        from psycopg2 import DatabaseError, OperationalError

        with suppress(DatabaseError), self._session.cursor() as cursor:
            try:
                cursor.execute(statement)
            except OperationalError as error:
                if error.pgcode is None:  # the server is gone
                    raise
                return False
            return True
        return False


def digest(state: State) -> str:
    """What names it, and no other one."""
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:16]


def _new(now: State, first: State, kind: str) -> list[str]:
    """The names of what is there now and was not, or was another one."""
    before = first[kind] or ()
    kept = (name for name in before if isinstance(before, list) or before[name] == now[kind].get(name))
    known = set(kept) if now[kind] else set()
    return [name for name in now[kind] or () if name not in known]
