"""Statements by which PostgreSQL itself connects to something: told as such, and never as a failing revision.

Where the system keeps the scratch server from connecting (`Server.sealed`) it is enough to know its error.
Where it does not, on a server that a URL gives, what would connect is refused before it runs. That is read
from the statement, and so does not see what a function does that is called later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assay.trace.model import SqlError

CONNECTION_EXCEPTION = "08"
"""Class of SQLSTATEs (PostgreSQL manual, "Error Codes"): a scratch server has no other use for them."""
_PROGRAM_FAILED = "38000"
"""external_routine_exception: the program that COPY started did not end well."""

_SUSPECT = re.compile(r"dblink|postgres_fdw|foreign|subscription|program|language", re.IGNORECASE)
_CALLS = re.compile(r"dblink(_(?!fdw_validator|disconnect)\w+)?|postgres_fdw_(?!validator|handler)\w+")
"""Functions of the two extensions that connect."""
_PROGRAM = re.compile(r"\bprogram\s+(?:'|e'|\$)", re.IGNORECASE)
_UNTRUSTED = re.compile(r"pl\w*u")
"""Languages without PostgreSQL's restrictions are called so (PostgreSQL manual, "Procedural Languages")."""

_READING = re.compile(
    r"\b(?:select|insert|update|delete|merge|copy|truncate|table|refresh|vacuum|analyze|lock|do)\b",
    re.IGNORECASE,
)

_FOREIGN = """
    WITH RECURSIVE reading (oid) AS (
        SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relkind = 'f'
        UNION
        SELECT other.oid FROM reading f CROSS JOIN LATERAL (
            SELECT r.ev_class FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
            WHERE d.refobjid = f.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
              AND d.classid = 'pg_catalog.pg_rewrite'::regclass
            UNION ALL
            SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = f.oid
        ) other (oid)
    )
    SELECT c.relname FROM reading f JOIN pg_catalog.pg_class c ON c.oid = f.oid
"""
"""Foreign tables, the views that read one, and the tables that one is a partition of."""

_READS = frozenset(
    {"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt", "TruncateStmt",
     "CreateTableAsStmt", "RefreshMatViewStmt", "ExplainStmt", "PrepareStmt", "DeclareCursorStmt",
     "VacuumStmt", "LockStmt"}
)  # fmt: skip
"""Statements that reach the rows of the tables that they name; the others define something."""


def refused(sql: str, error: SqlError, raised: BaseException | None = None) -> str:
    """How the statement tried to connect, where that is why it failed; a sentence's end."""
    if why := getattr(raised, "foreign", ""):
        return str(why)
    if error.sqlstate.startswith(CONNECTION_EXCEPTION):
        return "makes PostgreSQL connect to another server"
    if error.sqlstate == _PROGRAM_FAILED and _PROGRAM.search(sql):
        return "runs a program on the database server, which may connect to anything"
    return ""


def cautious_cursor(refuse: Callable[[str], BaseException]) -> type[Any]:
    """A class of psycopg2's cursors that run nothing which would connect; `refuse` makes the error."""
    from psycopg2.extensions import TRANSACTION_STATUS_INERROR, cursor

    class Cautious(cursor):
        def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's name
            self._look_at(query)
            super().execute(query, vars)

        def executemany(self, query: Any, vars_list: Any) -> None:
            self._look_at(query)
            super().executemany(query, vars_list)

        def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
            self._look_at(sql)
            super().copy_expert(sql, file, size)

        def _look_at(self, query: Any) -> None:
            text = query.decode("utf-8", "replace") if isinstance(query, bytes) else query
            why = connecting(text if isinstance(text, str) else query.as_string(self), self._foreign)
            if why:
                error = refuse(f"PostgreSQL, whose statement {why}")
                vars(error)["foreign"] = why
                raise error

        def _foreign(self) -> list[str]:
            if self.connection.info.transaction_status == TRANSACTION_STATUS_INERROR:
                return []  # nothing runs but a rollback
            super().execute(_FOREIGN)
            return [row[0] for row in self.fetchall()]

    return Cautious


def connecting(sql: str, foreign: Callable[[], Iterable[str]]) -> str:
    """How the statement would connect, if it runs: a sentence's end, empty for all others.

    `foreign` gives the names of foreign tables, and of views that read one.
    """
    if not _SUSPECT.search(sql) and not _READING.search(sql):
        return ""
    import postgast

    try:
        statements = [each.stmt for each in postgast.parse(sql.replace("%%", "%")).stmts]
    except postgast.PgQueryError:
        return ""
    tables = set(foreign()) if any(map(_reaches_rows, statements)) else set()
    return next((why for each in statements for why in _ways(each, sql, tables)), "")


def _reaches_rows(statement: Any) -> bool:
    node = getattr(statement, statement.WhichOneof("node"))
    return node.DESCRIPTOR.name in _READS or node.DESCRIPTOR.name == "DoStmt"


def _ways(statement: Any, sql: str, tables: set[str]) -> Iterator[str]:
    import postgast

    name = statement.WhichOneof("node")
    node = getattr(statement, name)
    kind = node.DESCRIPTOR.name
    inside = [each for _, each in postgast.walk(node)]
    if kind == "CreateSubscriptionStmt" and not _is_off(node, "connect"):
        yield "creates a subscription that connects to its publisher"
    if kind in ("AlterSubscriptionStmt", "DropSubscriptionStmt"):
        yield "makes a subscription connect to its publisher"
    if kind == "CopyStmt" and node.is_program:
        yield "runs a program on the database server, which may connect to anything"
    if kind == "ImportForeignSchemaStmt":
        yield "reads the schema of another server"
    if kind == "DoStmt" and (_CALLS.search(sql) or _PROGRAM.search(sql) or _named(sql, tables)):
        yield "holds code that connects to another server"
    if kind in ("DoStmt", "CreateFunctionStmt") and any(
        each.defname == "language" and _UNTRUSTED.fullmatch(_text(each.arg))
        for each in inside
        if each.DESCRIPTOR.name == "DefElem"
    ):
        yield "is in a language in which it may connect to anything"
    for each in inside:
        if each.DESCRIPTOR.name == "FuncCall" and _CALLS.fullmatch(each.funcname[-1].string.sval):
            yield f"calls {each.funcname[-1].string.sval}(), which connects to another server"
        if kind in _READS and each.DESCRIPTOR.name == "RangeVar" and each.relname in tables:
            yield f"reaches the foreign table {each.relname}, whose rows are on another server"


def _named(text: str, names: set[str]) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)


def _is_off(node: Any, option: str) -> bool:
    return any(
        each.defname == option and _text(each.arg).lower() in ("false", "off", "0")
        for each in (item.def_elem for item in node.options)
    )


def _text(argument: Any) -> str:
    import postgast

    for _, node in postgast.walk(argument):
        name = node.DESCRIPTOR.name
        if name == "String":
            return str(node.sval)
        if name == "Boolean":
            return str(bool(node.boolval))
        if name == "Integer":
            return str(node.ival)
    return ""
