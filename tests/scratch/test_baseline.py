"""Baselines: what psql would read is read, what cannot run is told with its line, and no password is shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from assay.cli import main
from assay.errors import EnvironmentFailedError, UsageError
from assay.scratch import Databases, Server, find_binaries
from assay.scratch.baseline import load_baseline
from assay.scratch.dump import dump_schema
from assay.scratch.sqlfile import Piece, pieces
from assay.versions import VersionTable

from tests.scratch.support import column

HOSTILE = Path(__file__).parent / "seeding" / "hostile.sql"

PIECES = {
    "statements": ("a;\n b ;", [Piece("a", 1), Piece("b ", 2)]),
    "no semicolon": ("a;\nb\n", [Piece("a", 1), Piece("b", 2)]),
    "nothing": (" -- x\n;/* y; /* z; */ */", []),
    "quotes": ("a ';' \";\" E'\\';';\nb", [Piece("a ';' \";\" E'\\';'", 1), Piece("b", 2)]),
    "dollars": ("a $$;$$ $x$;$$;$x$;\nb", [Piece("a $$;$$ $x$;$$;$x$", 1), Piece("b", 2)]),
    "comments": ("--;\na /*;*/ --;\n;b", [Piece("a /*;*/ --;\n", 2), Piece("b", 3)]),
    "psql": (
        "\\restrict x;y\na;\n\\unrestrict x\n",
        [Piece("\\restrict x;y", 1), Piece("a", 2), Piece("\\unrestrict x", 3)],
    ),
    "copy": (
        "COPY t (a) FROM stdin;\n1;\n\\N\n\\.\n\nb;",
        [Piece("COPY t (a) FROM stdin", 1, "1;\n\\N\n"), Piece("b", 6)],
    ),
    "copy without end": ("COPY t FROM stdin;\n1\n", [Piece("COPY t FROM stdin", 1, "1\n")]),
    "atomic": (
        "a BEGIN ATOMIC b; CASE x END; c; END; d",
        [Piece("a BEGIN ATOMIC b; CASE x END; c; END", 1), Piece("d", 1)],
    ),
}


@pytest.mark.parametrize(("script", "expected"), PIECES.values(), ids=PIECES)
def test_pieces(script: str, expected: list[Piece]) -> None:
    assert list(pieces(script)) == expected


def load(server: Server, run: Databases, file: Path, text: str) -> tuple[str, ...]:
    file.write_text(text)
    with run.fresh() as name:
        return load_baseline(server, name, file)


LOADS = {
    "psql's commands": ("\\restrict x\n\\connect postgres\nCREATE TABLE t ();\n\\unrestrict x\n", ()),
    "a newer setting": ("SET no_such = 0;", ("Settings unknown to this PostgreSQL were left out: no_such.",)),
    "roles": (
        'CREATE TABLE t ();\nALTER TABLE t OWNER TO "Mr X";\nGRANT ALL ON t TO a, b;',
        ("For b.sql, roles without a login were made: Mr X, a, b.",),
    ),
    "the public schema": ("CREATE SCHEMA public;\nALTER SCHEMA public OWNER TO pg_database_owner;", ()),
    "another database": ("CREATE DATABASE x TEMPLATE template0;\nALTER DATABASE x SET a = b;\n\\c x", ()),
    "data": (
        "CREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n\\N\n\\.\nALTER TABLE t ADD CHECK (a = 1);",
        (),
    ),
}


@pytest.mark.parametrize(("text", "notes"), LOADS.values(), ids=LOADS)
def test_what_pg_dump_writes_is_loaded(
    text: str,
    notes: tuple[str, ...],
    server: Server,
    ours: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(server, ours, Path("b.sql"), text) == notes


REFUSED = {
    "syntax": ("CREATE TABLE a ();\nCREATE TABEL b ();", 'b.sql:2: syntax error at or near "TABEL".'),
    "inside": (
        "CREATE TABLE a (\n  b integer,\n  c nonsense\n);",
        'b.sql:3: type "nonsense" does not exist.',
    ),
    "shell": ("SELECT 1;\n\\! rm -rf /", "b.sql:2: psql's command \\! cannot run here."),
    "include": ("\\i other.sql", "b.sql:1: psql's command \\i cannot run here."),
    "extension": (
        "\nCREATE EXTENSION x_y;",
        "b.sql:2: the extension x_y is not installed on the scratch server.",
    ),
    "data": (
        "CREATE TABLE t (a int);\nCOPY t FROM stdin;\nx\n\\.",
        'b.sql:2: invalid input syntax for type integer: "x".',
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_run_is_told_with_its_line(
    text: str, message: str, server: Server, ours: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        load(server, ours, Path("b.sql"), text)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("data", "said"), [(None, "cannot be read: No such file"), (b"\xff", "is not UTF-8")]
)
def test_a_file_that_cannot_be_read(data: bytes | None, said: str, server: Server, tmp_path: Path) -> None:
    if data:
        (tmp_path / "b.sql").write_bytes(data)
    with pytest.raises(UsageError, match=said):
        load_baseline(server, "nowhere", tmp_path / "b.sql")


def test_a_live_schema_comes_back_as_it_was(
    server: Server, ours: Databases, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """With a password, a role of somebody's, and everything hostile."""
    file = tmp_path / "baseline.sql"
    with ours.fresh() as live, ours.fresh() as copy:
        column(server, live, HOSTILE.read_text() + ";CREATE POLICY p ON secured TO pg_monitor")
        column(server, live, "INSERT INTO alembic_version VALUES ('abc1')")
        url = server.url(live).replace("assay@", "assay:geh%3Aeim@")
        assert main(["baseline", "--url", url, "--output", str(file)]) == 0
        assert capfd.readouterr().err == (
            "This is the schema of revision abc1. In governance.yaml:\n\n"
            f"baseline:\n  file: {file}\n  revision: 'abc1'\n"
        )
        text = file.read_text()
        for absent in ("alembic_version", "restrict", "OWNER TO", "GRANT", "INSERT INTO kept", "geh"):
            assert absent not in text
        load_baseline(server, copy, file)
        assert dump_schema(server.url(copy), "--url", VersionTable()).sql == text


def test_the_revisions_it_stands_for(
    server: Server, ours: Databases, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with ours.fresh() as live:
        monkeypatch.setenv("DATABASE_URL", server.url(live))
        assert main(["baseline"]) == 0
        captured = capfd.readouterr()
        assert "PostgreSQL database dump" in captured.out
        assert captured.err.startswith("The database has no alembic_version table, or an empty one")
        column(server, live, "CREATE TABLE alembic_version AS SELECT unnest(ARRAY['b', 'a']) AS version_num")
        assert main(["baseline"]) == 0
        assert capfd.readouterr().err.endswith("baseline:\n  file: baseline.sql\n  revision: 'a, b'\n")


def test_an_output_that_cannot_be_written(server: Server, ours: Databases, tmp_path: Path) -> None:
    with ours.fresh() as live:
        assert main(["baseline", "--url", server.url(live), "--output", str(tmp_path / "x" / "y")]) == 3


def test_a_locked_table_fails_soon(server: Server, ours: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.scratch.dump.LOCK_WAIT_SECONDS", 0.2)
    with ours.fresh() as live, server.connect(live) as session:
        session.cursor().execute("CREATE TABLE t ()")
        session.autocommit = False
        session.cursor().execute("LOCK TABLE t")
        with pytest.raises(EnvironmentFailedError, match="canceling statement due to"):
            dump_schema(server.url(live), "--url", VersionTable())


def test_a_server_newer_than_every_pg_dump(monkeypatch: pytest.MonkeyPatch) -> None:
    from assay.scratch import dump

    with pytest.raises(EnvironmentFailedError) as caught:
        dump._binaries(99)
    newest = find_binaries().major
    assert caught.value.message == f"The server is PostgreSQL 99, and the newest pg_dump here is of {newest}."


def test_a_password_is_in_no_command_line_and_no_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["baseline", "--url", "postgresql://u:geheim@127.0.0.1:1/d"]) == 3
    assert "geheim" not in "".join(capfd.readouterr())
    from assay.scratch import dump
    from assay.scratch.binaries import Binaries

    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "pg_dump: error: $* $PGPASSWORD $PGHOST $PGX" >&2; exit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PGX", "stays out")
    with pytest.raises(EnvironmentFailedError) as caught:
        dump._dumped(Binaries(tmp_path, 18), {"host": "h", "password": "geheim"}, VersionTable())
    assert " h." in caught.value.message
    assert "stays out" not in caught.value.message
    assert "geheim" not in caught.value.message
    assert "geheim" not in os.environ.values()
