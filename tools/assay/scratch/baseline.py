"""The schema that a history starts from, where that is not nothing: read from a file.

The statements run one by one, so that an error has its line; psql is not used, since its commands could
leave the scratch server (`\\connect`) or run programs (`\\!`).
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from assay.errors import UsageError
from assay.scratch.sqlfile import Piece, pieces

if TYPE_CHECKING:
    import psycopg2
    from psycopg2.extensions import cursor

    from assay.scratch.server import Server

LEFT_OUT = re.compile(
    r"""(?:CREATE|ALTER|DROP|COMMENT\s+ON)\s+(?:DATABASE|TABLESPACE)\b | SET\s+default_tablespace\b
      | SECURITY\s+LABEL\b | (?:CREATE|ALTER)\s+(?:SUBSCRIPTION)\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What is about the server that the file comes from, not about the schema."""
HARMLESS = re.compile(r"\\(?:restrict|unrestrict|connect|c|encoding|\.)(?:\s|$)")
"""psql's commands that pg_dump writes; they are left out, and every other one is refused."""
MISSING_ROLE = re.compile(r'role "(.+)" does not exist')
EXTENSION = re.compile(r"""CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?"?([\w-]+)""", re.IGNORECASE)
MOST_ROLES = 50
"""Roles made for one statement."""


def load_baseline(server: Server, database: str, file: Path) -> tuple[str, ...]:
    """Run the schema file that pg_dump wrote in `database`; notes on what was left out or made for it.

    Roles that the file names are made, without a login. Raises UsageError with the file and its line where
    PostgreSQL refuses a statement.
    """
    loader = _Loader(_shown(file))
    script = _read(file)
    with server.connect(database) as session, session.cursor() as cursor:
        for piece in pieces(script):
            loader.run(cursor, piece)
    return tuple(loader.notes())


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"The baseline {_shown(file)} cannot be read: {error.strerror}.",
            "Write it with `assay baseline --output FILE`, or mend `baseline.file` in governance.yaml.",
        ) from None
    except UnicodeDecodeError:
        raise UsageError(
            f"The baseline {_shown(file)} is not UTF-8.", "Dump it with --encoding=UTF8."
        ) from None


class _Loader:
    """Runs pieces, and remembers what it did about those that could not run as they are."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._roles: list[str] = []
        self._settings: list[str] = []

    def notes(self) -> list[str]:
        told = []
        if self._roles:
            told.append(f"For {self._shown}, roles without a login were made: {', '.join(self._roles)}.")
        if self._settings:
            told.append(f"Settings unknown to this PostgreSQL were left out: {', '.join(self._settings)}.")
        return told

    def run(self, session: cursor, piece: Piece) -> None:
        if piece.text.startswith("\\"):
            if not HARMLESS.match(piece.text):
                self._fail(
                    piece.line, f"psql's command {piece.text.split()[0]} cannot run here", "Remove it."
                )
            return
        if not LEFT_OUT.match(piece.text):
            self._execute(session, piece)

    def _execute(self, session: cursor, piece: Piece) -> None:
        from psycopg2 import DatabaseError, errors, sql

        for _ in range(MOST_ROLES):
            try:
                self._once(session, piece)
            except errors.UndefinedObject as error:
                role = MISSING_ROLE.fullmatch(error.diag.message_primary or "")
                if role is None:
                    return self._unknown(piece, error)
                session.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role[1])))
                self._roles.append(role[1])
            except errors.DuplicateSchema as error:
                if not re.match(r"CREATE\s+SCHEMA\s+public\b", piece.text, re.IGNORECASE):
                    self._refused(piece, error)
                return None
            except DatabaseError as error:
                self._refused(piece, error)
            else:
                return None
        return None

    def _once(self, session: cursor, piece: Piece) -> None:
        if piece.data is None:
            session.execute(piece.text)
        else:
            session.copy_expert(piece.text, io.StringIO(piece.data))

    def _unknown(self, piece: Piece, error: psycopg2.Error) -> None:
        """A setting that a newer pg_dump writes, or a mistake."""
        setting = re.match(r"SET\s+([\w.]+)", piece.text, re.IGNORECASE)
        if setting is None or "configuration parameter" not in str(error):
            self._refused(piece, error)
        else:
            self._settings.append(setting[1])

    def _refused(self, piece: Piece, error: psycopg2.Error) -> None:
        said = error.diag.message_primary or str(error)
        line = piece.line + piece.text.count("\n", 0, int(error.diag.statement_position or 1) - 1)
        extension = re.match(
            r"""CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?"?([\w-]+)""", piece.text, re.IGNORECASE
        )
        if extension and error.pgcode in ("0A000", "58P01"):
            self._fail(
                line,
                f"the extension {extension[1]} is not installed on the scratch server",
                "Install it for a PostgreSQL on this machine and name that version under `postgresql` in"
                " governance.yaml, or point ASSAY_SCRATCH_URL to a server that has it.",
            )
        self._fail(
            line, said.splitlines()[0].rstrip("."), "Mend the file, or write it anew with `assay baseline`."
        )

    def _fail(self, line: int, fact: str, advice: str) -> None:
        from assay._clean import clean

        raise UsageError(clean(f"{self._shown}:{line}: {fact}."), advice)


def _shown(path: Path) -> str:
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive on Windows
        return str(path)
