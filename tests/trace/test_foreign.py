"""Whatever SQL a revision holds, its scratch server connects to nothing: a second PostgreSQL waits, and nobody comes."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2
import pytest
from assay.scratch import Databases, Server, find_binaries
from assay.scratch.account import server_account
from assay.scratch.server import LocalServer
from assay.trace.foreign import connecting

from tests.rules.lab import Judged, Lab
from tests.scratch.support import eventually


@dataclass(frozen=True)
class Other:
    """A PostgreSQL that is no scratch server, and says who comes."""

    folder: Path
    port: int

    def reach(self, host: str) -> str:
        return (
            f"host={self.folder if host == 'socket' else host} port={self.port} user=postgres dbname=postgres"
        )

    def visits(self) -> int:
        return (self.folder / "log").read_text(errors="replace").count("connection received")


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    folder, account = Path(tempfile.mkdtemp(prefix="other-")), server_account()
    folder.chmod(0o755)
    data, binaries = folder / "data", find_binaries()
    data.mkdir()
    account.own(data)
    subprocess.run(
        [binaries.program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd="/", **account.options(),
    )  # fmt: skip
    sockets = folder / "s"
    sockets.mkdir()
    account.own(sockets)
    sockets.chmod(0o755)  # whoever comes may come in
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "listen_addresses": "127.0.0.1",
        "log_connections": "on",
        "fsync": "off",
        "wal_level": "logical",
    }
    options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
    with (sockets / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries.program("postgres"), "-D", data, "-k", sockets, "-p", str(port), *options],
            stderr=log, cwd="/", **account.options(),
        )  # fmt: skip
    made = Other(sockets, port)
    try:
        for host in ("socket", "127.0.0.1"):
            assert eventually(lambda: _arrives(made, host))  # noqa: B023 - called at once
        assert made.visits() >= 2
        yield made
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _arrives(other: Other, host: str) -> bool:
    with suppress(psycopg2.OperationalError):
        session = psycopg2.connect(other.reach(host))
        session.autocommit = True
        session.cursor().execute(
            "CREATE TABLE IF NOT EXISTS o (id int); CREATE TABLE IF NOT EXISTS p (id int)"
        )
        session.close()
        return True
    return False


FDW = """
CREATE EXTENSION postgres_fdw;
CREATE SERVER pp FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{host}', port '{port}', dbname 'postgres');
CREATE USER MAPPING FOR CURRENT_USER SERVER pp OPTIONS (user 'postgres', password_required 'false');
CREATE FOREIGN TABLE o (id int) SERVER pp;
CREATE VIEW seen AS SELECT id FROM o;
"""
DIALS = {
    "a foreign table, written": (FDW, "INSERT INTO o VALUES (1)"),
    "a foreign table, read": (FDW, "SELECT * FROM o"),
    "a view of a foreign table": (FDW, "CREATE TABLE copied AS SELECT * FROM seen"),
    "a foreign schema": (FDW, "IMPORT FOREIGN SCHEMA public LIMIT TO (p) FROM SERVER pp INTO public"),
    "dblink": ("CREATE EXTENSION dblink;", "SELECT dblink_exec('{dsn}', 'CREATE TABLE q (id int)')"),
    "dblink in a block": (
        "CREATE EXTENSION dblink;",
        "DO $$ BEGIN PERFORM dblink_connect('{dsn}'); END $$",
    ),
    "a subscription": ("", "CREATE SUBSCRIPTION s CONNECTION '{dsn}' PUBLICATION x"),
    "a program": ("", 'COPY (SELECT 1) TO PROGRAM \'{psql} "{dsn}" -c "CREATE TABLE q (id int)"\''),
}
HOSTS = ("socket", "127.0.0.1")


def judged(lab: Lab, other: Other, host: str, before: str, statement: str) -> Judged:
    words = {
        "dsn": other.reach(host), "psql": str(find_binaries().program("psql")),
        "host": other.folder if host == "socket" else host, "port": other.port,
    }  # fmt: skip
    first, last = (text.format(**words) if "{" in text else text for text in (before, statement))
    body = f"op.execute({first!r})\n" if first else ""
    run = f"op.execute({last!r})"
    if "SUBSCRIPTION" in last:
        run = f"with op.get_context().autocommit_block():\n    {run}"
    return lab.try_out(body + run)


@pytest.mark.parametrize("sealed", [True, False], ids=["", "not sealed"])
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(("before", "statement"), DIALS.values(), ids=DIALS)
def test_nothing_arrives_and_it_is_told(
    lab: Lab,
    other: Other,
    host: str,
    before: str,
    statement: str,
    sealed: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not sealed:
        monkeypatch.setattr(LocalServer, "sealed", False)
    visits = other.visits()
    found = judged(lab, other, host, before, statement)
    assert other.visits() == visits
    told = [
        f.rule for f in found.findings if f.group in ("atomicity", "craft") and f.severity.value == "error"
    ]
    assert [rule for rule in told if rule != "mixed-transactions"] == ["foreign-connection"]
    traced = found.tracing.trips["tried"].upgrade.traced
    assert len(traced) == before.count(";") + 1
    assert all(t.effect.proven for t in traced[: before.count(";")]), "what only defines is traced"
    assert {t.effect.proven for t in traced[before.count(";") :]} <= {False}


def test_the_scratch_server_is_sealed(lab: Lab, database_server: tuple[str, Databases]) -> None:
    assert database_server[1].server.sealed


def test_any_other_server_is_not() -> None:
    class Given(Server):
        major = 18

        def parameters(self, database: str | None = None) -> dict[str, str]:
            return {}

    assert not Given().sealed
    assert not replace(LocalServer(Path("/nowhere"), find_binaries()), data=Path("/nowhere/data")).sealed


SPARED = [
    "CREATE FOREIGN TABLE o (id int) SERVER pp",
    "ALTER FOREIGN TABLE o ADD x int",
    "DROP FOREIGN TABLE o",
    "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (connect = false)",
    "COMMENT ON TABLE o IS 'a foreign program'",
    "SELECT dblink_get_connections FROM other",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
    "COPY other FROM STDIN",
    "not SQL at all: dblink(",
]
REFUSED = [
    "INSERT INTO other SELECT * FROM o",
    "TRUNCATE o",
    "WITH x AS (SELECT * FROM dblink('a', 'b') AS t(i int)) SELECT * FROM x",
    "SELECT 1; SELECT public.dblink_connect('a')",
    "COPY other FROM PROGRAM 'cat'",
    "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
    "DROP SUBSCRIPTION s",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'return 1'",
    "DO LANGUAGE plperlu 'x'",
    "DO $$ BEGIN COPY other FROM PROGRAM 'cat'; END $$",
    "DO $$ BEGIN PERFORM 1 FROM o; END $$",
    "SELECT postgres_fdw_get_connections()",
]


@pytest.mark.parametrize("sql", SPARED)
def test_what_only_defines_is_not_refused(sql: str) -> None:
    assert connecting(sql, lambda: ["o"]) == ""


@pytest.mark.parametrize("sql", REFUSED)
def test_what_would_connect_is_known(sql: str) -> None:
    assert connecting(sql, lambda: ["o"])
