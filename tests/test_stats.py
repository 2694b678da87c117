"""What `assay stats` records, of real tables of real servers, and what it costs to know it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.cli import main
from assay.errors import EnvironmentFailedError, UsageError
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server
from assay.stats import BYTES_PER_SECOND, PASSES, Stats, TableSize, load_stats, read_stats

from tests import schemas

SCHEMA = """
CREATE TABLE companies (id integer PRIMARY KEY, name text);
INSERT INTO companies SELECT n, 'company ' || n FROM generate_series(1, 2000) AS n;
ANALYZE companies;
CREATE TABLE never_analyzed (id integer);
INSERT INTO never_analyzed SELECT generate_series(1, 7);
CREATE TABLE "Empty" (id integer);
CREATE TABLE events (id integer, year integer) PARTITION BY LIST (year);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES IN (2024);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES IN (2025) PARTITION BY LIST (id);
CREATE TABLE events_2025_1 PARTITION OF events_2025 FOR VALUES IN (1);
INSERT INTO events SELECT 1, 2024 FROM generate_series(1, 300);
INSERT INTO events SELECT 1, 2025 FROM generate_series(1, 50);
ANALYZE events_2024, events_2025_1;
CREATE SCHEMA other;
CREATE MATERIALIZED VIEW other.names AS SELECT name FROM companies LIMIT 10;
CREATE TABLE alembic_version (version_num text);
CREATE TABLE grown (id integer);
INSERT INTO grown SELECT generate_series(1, 1000);
ANALYZE grown;
ALTER TABLE grown SET (autovacuum_enabled = off);
INSERT INTO grown SELECT generate_series(1, 9000);
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database with all kinds of tables."""
    with local_server(find_binaries()) as server, Databases(server) as databases, databases.fresh() as name:
        with server.connect(name) as session, session.cursor() as cursor:
            cursor.execute(SCHEMA)
        yield server.url(name)


def test_rows_and_bytes_by_name(url: str) -> None:
    rows = {name: size.rows for name, size in read_stats(url).tables.items()}
    grown = rows.pop("grown")
    assert rows == {
        "companies": 2000,
        "never_analyzed": 7,
        "Empty": 0,
        "events": 350,
        "events_2024": 300,
        "events_2025": 50,
        "events_2025_1": 50,
        "other.names": 10,
    }
    assert 9000 <= grown <= 11000, "the estimate is brought up to the present size, as the planner does it"


def test_a_partitioned_table_is_as_large_as_its_partitions(url: str) -> None:
    sizes = read_stats(url).tables
    assert sizes["events"].bytes == sizes["events_2024"].bytes + sizes["events_2025_1"].bytes > 0
    assert sizes["Empty"].bytes == 0


def test_the_file_can_be_read_again(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--url", url]) == 0
    text = capsys.readouterr().out
    document = schemas.document("stats", text)
    assert document["version"] == 1
    assert document["tables"]["companies"].keys() == {"rows", "bytes"}
    file = tmp_path / "stats.json"
    file.write_text(text)
    assert load_stats(file) == read_stats(url)


def test_the_url_may_stand_in_a_variable(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRODUCTION", url)
    assert main(["stats", "--url-env", "PRODUCTION"]) == 0
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["stats"]) == 0
    assert "companies" in capsys.readouterr().out
    monkeypatch.delenv("DATABASE_URL")
    assert main(["stats"]) == 2
    assert "No database is named." in capsys.readouterr().err
    assert main(["stats", "--url", url, "--url-env", "PRODUCTION"]) == 2


def test_a_table_that_may_not_be_read_is_estimated(url: str) -> None:
    import psycopg2

    plain = url.replace("+psycopg2", "")
    admin = psycopg2.connect(plain)
    try:
        with admin, admin.cursor() as cursor:
            cursor.execute("CREATE ROLE nobody LOGIN")
        stats = read_stats(url.replace("//assay@", "//nobody@"))
    finally:
        with admin, admin.cursor() as cursor:
            cursor.execute("DROP ROLE nobody")
        admin.close()
    assert stats.rows("companies") == 2000
    assert stats.rows("never_analyzed") is not None


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hush-hush@127.0.0.1:1/shop",
        "postgresql://me@127.0.0.1:1/shop?password=hush-hush",
        "postgresql+psycopg2://me:hush%2Dhush@127.0.0.1:1/shop",
    ],
)
def test_no_error_tells_the_password(url: str) -> None:
    with pytest.raises(EnvironmentFailedError) as caught:
        read_stats(url)
    told = caught.value.message + caught.value.advice
    assert "hush" not in told
    assert "cannot be reached" in told


def test_a_process_ends_with_the_exit_code_of_the_environment(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assay", "stats", "--url", "postgresql://me:hush@127.0.0.1:1/shop"]
    done = subprocess.run(command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (3, "")
    assert "hush" not in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"tables": []}',
        '{"tables": {"a": {"rows": "x", "bytes": 1}}}',
        '{"version": 2, "tables": {}}',
    ],
)
def test_another_file_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "stats.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"stats\.json"):
        load_stats(file)
    with pytest.raises(UsageError, match="cannot be read"):
        load_stats(tmp_path / "none.json")


def test_durations_follow_from_the_disk() -> None:
    stats = Stats({"orders": TableSize(40_000_000, 10 * BYTES_PER_SECOND)})
    assert stats.seconds("orders", "scan") == 10 * PASSES["scan"]
    assert stats.seconds("orders", "rewrite") == 10 * PASSES["rewrite"]
    assert stats.seconds("other", "scan") is None
