"""What is pending where: read from real databases, and nothing is done to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay.history import Graph
from assay.model import Revision
from assay.review.collect_environments import environments
from assay.review.model import Environment
from assay.scratch import Databases

from .conftest import Branch, added


def line(*parents: tuple[str, tuple[str, ...]]) -> Graph:
    return Graph({each: Revision(each, f"{each}.py", b"", down) for each, down in parents})


HISTORY = line(("a", ()), ("b", ("a",)), ("c", ("b",)), ("x", ("a",)), ("m", ("c", "x")))


def asked(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, setup: str, env_py: Path = Path("nowhere.py")
) -> Environment:
    with databases.fresh(None) as name:
        with databases.server.connect(name) as session, session.cursor() as cursor:
            cursor.execute(setup or "SELECT 1")
        monkeypatch.setenv("STAGING_URL", databases.server.url(name))
        (found,) = environments({"staging": "STAGING_URL"}, env_py, HISTORY, HISTORY.order())
    return found


def at(*revisions: str, table: str = "alembic_version") -> str:
    values = ", ".join(f"('{each}')" for each in revisions)
    insert = f"INSERT INTO {table} VALUES {values};" if revisions else ""
    return f"CREATE TABLE {table} (version_num VARCHAR(32) PRIMARY KEY); {insert}"


CASES = {
    "no table yet": ("", [], ["a", "b", "c", "x", "m"], []),
    "an empty table": (at(), [], ["a", "b", "c", "x", "m"], []),
    "in the middle": (at("b"), ["b"], ["c", "x", "m"], []),
    "on two branches": (at("c", "x"), ["c", "x"], ["m"], []),
    "at the head": (at("m"), ["m"], [], []),
    "somewhere else": (at("zz", "c"), ["c", "zz"], [], ["zz"]),
}


@pytest.mark.parametrize(("setup", "where", "pending", "unknown"), CASES.values(), ids=CASES)
def test_what_is_pending(
    database_server: tuple[str, Databases], monkeypatch: pytest.MonkeyPatch, setup: str, where: list[str],
    pending: list[str], unknown: list[str],
) -> None:  # fmt: skip
    found = asked(database_server[1], monkeypatch, setup)
    assert found == Environment(name="staging", at=where, pending=pending, unknown=unknown)


def test_the_version_table_that_env_py_names(
    database_server: tuple[str, Databases], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    env_py = tmp_path / "env.py"
    env_py.write_text("context.configure(version_table='Ver', version_table_schema='ops', url=url)\n")
    found = asked(database_server[1], monkeypatch, "CREATE SCHEMA ops;" + at("c", table='ops."Ver"'), env_py)
    assert (found.at, found.pending, found.problem) == (["c"], ["x", "m"], None)


def test_a_table_that_may_not_be_read_is_a_problem(
    database_server: tuple[str, Databases], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = asked(database_server[1], monkeypatch, "CREATE TABLE alembic_version (other INT)")
    assert (found.at, found.pending) == (None, [])
    assert found.problem == ('The database did not tell its revision: column "version_num" does not exist.')


def test_what_is_not_set_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAGING_URL", raising=False)
    found = environments({"staging": "STAGING_URL"}, Path("nowhere.py"), HISTORY, HISTORY.order())
    assert found == [Environment(name="staging", at=None, pending=[], unknown=[])]


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:hunter2@localhost:1/d", "mysql://u:hunter2@h/d", "postgresql://u:hunter2@x@h/d"],
    ids=["nobody there", "another database", "a password with an @"],
)
def test_what_cannot_be_reached_is_a_problem_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("STAGING_URL", url)
    (found,) = environments({"staging": "STAGING_URL"}, Path("nowhere.py"), HISTORY, HISTORY.order())
    assert found.at is None
    assert found.problem
    assert "hunter2" not in found.problem


def test_the_command_asks_in_the_order_of_governance(branch: Branch) -> None:
    branch.write(
        "governance.yaml",
        "environments:\n  staging: {url_env: STAGING_URL}\n  production: {url_env: PRODUCTION_URL}\n",
    )
    branch.revision("a3", "a2", *added("t", "x"))
    review = branch.review(STAGING_URL="postgresql://u:hunter2@localhost:1/d")
    staging, production = review.environments
    assert (staging.name, staging.at) == ("staging", None)
    assert str(staging.problem).startswith("The database cannot be reached: ")
    assert production == Environment(name="production", at=None, pending=[], unknown=[])
