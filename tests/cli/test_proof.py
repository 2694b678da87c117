"""What the commands say of revisions that ran: the JSON's effects, and what was not proven."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from .test_commands import Repository

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schema/report.schema.json").read_text("utf-8"))

ONLINE = """\
from alembic import context
import sqlalchemy as sa
{metadata}
if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
else:
    with sa.create_engine("postgresql+psycopg2://u:hunter2@production.invalid/db").connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            context.run_migrations()
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "repo")
    repository.write("migrations/env.py", ONLINE.format(metadata="metadata = None"))
    return repository


def document(repository: Repository, *args: str) -> dict[str, Any]:
    done = repository.assay(*args, "--format", "json")
    assert done.stderr == ""
    assert "hunter2" not in done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    return found


def rules(found: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    return [(f["rule"], f["severity"], f["line"]) for f in found["findings"]]


def create(table: str) -> str:
    return f'op.execute("CREATE TABLE {table} (id BIGINT PRIMARY KEY, n INT)")'


def test_every_statement_has_its_effect(repository: Repository) -> None:
    repository.revision("a1", up=create("t"), back='op.execute("DROP TABLE t")')
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.revision(
        "a2", "a1", up='op.execute("ALTER TABLE t ALTER COLUMN n TYPE BIGINT")',
        back='op.execute("ALTER TABLE t ALTER COLUMN n TYPE INT")',
    )  # fmt: skip
    (revision,) = document(repository, "trace")["revisions"]
    up, _ = revision["statements"]
    effect = up["effect"]
    table = {
        "relation": "t",
        "kind": "table",
        "mode": "AccessExclusiveLock",
        "first": True,
        "preexisting": True,
        "table": None,
    }
    assert table in effect["locks"]
    assert (effect["rewrites"], effect["scans"], effect["rows_written"]) == (["t"], ["t"], 0)
    assert (effect["created"], effect["altered"], effect["dropped"]) == ([], ["column t.n"], [])
    assert (effect["proven"], effect["unproven"], effect["error"]) == (True, None, None)
    assert effect["duration_ms"] > 0
    trip = revision["round_trip"]
    assert (trip["upgraded"], trip["downgraded"], trip["upgraded_again"], trip["left_behind"]) == (
        True,
        True,
        True,
        [],
    )


def test_a_rewrite_is_found_at_its_line_and_fails(repository: Repository) -> None:
    repository.revision("a1", up=create("t"))
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.revision("a2", "a1", up='op.execute("ALTER TABLE t ALTER COLUMN n TYPE BIGINT")')
    done = repository.assay("check")
    assert done.returncode == 1
    assert "error[table-rewrite]" in done.stdout
    assert "migrations/versions/a2_step_a2.py:13" in done.stdout


ONLINE_FAILS = """\
import sqlalchemy as sa
metadata = sa.MetaData(naming_convention={{"uq": "uq_%(table_name)s_%(column_0_name)s"}})
if not context.is_offline_mode():
    {}"""


@pytest.mark.parametrize(
    ("failing", "severity", "code"),
    [
        ("import os; os._exit(0)", "error", 1),
        ("sys.exit()", "error", 1),
        ("raise ValueError('no')", "warning", 0),
    ],
)
def test_an_env_py_that_runs_nothing_on_the_server_is_told(
    repository: Repository, failing: str, severity: str, code: int
) -> None:
    metadata = "import sys\n" + ONLINE_FAILS.format(failing)
    repository.write("migrations/env.py", ONLINE.format(metadata=metadata))
    repository.revision("a1", up=create("t"), back='op.execute("DROP TABLE t")')
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.revision(
        "a2",
        "a1",
        up='op.create_unique_constraint(None, "t", ["n"])',
        back='op.drop_constraint("uq_t_n", "t")',
    )
    done = repository.assay("check", "--format", "json")
    found = rules(json.loads(done.stdout))
    assert [rule[:2] for rule in found if rule[0] == "unusable-env"] == [("unusable-env", severity)]
    assert [rule[:2] for rule in found if rule[0] == "failing-downgrade"] == [("failing-downgrade", "note")]
    assert "divergent-renderings" not in {rule[0] for rule in found}
    errors = {rule[0] for rule in found if rule[1] == "error"} - {"blocking-index-build", "missing-message"}
    assert errors == ({"unusable-env"} if code else set())


def test_an_error_of_postgresql_has_its_state(repository: Repository) -> None:
    repository.revision("a1", up='op.execute("ALTER TABLE nothing ADD COLUMN c INT")')
    found = document(repository, "trace", "--all")
    (statement,) = [s for s in found["revisions"][0]["statements"] if s["direction"] == "upgrade"]
    assert statement["effect"]["error"] == {
        "sqlstate": "42P01",
        "message": 'relation "nothing" does not exist',
        "constraint": None,
    }
    assert statement["effect"]["proven"] is False
    assert found["verdict"]["status"] == "fail"


def test_what_could_not_be_reached_is_said(repository: Repository) -> None:
    repository.revision("a1", up='op.execute("ALTER TABLE nothing ADD COLUMN c INT")')
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.revision("a2", "a1", up=create("t"), back='op.execute("DROP TABLE t")')
    found = document(repository, "trace")
    assert ("unreached-revision", "warning", None) in rules(found)
    assert {s["effect"]["unproven"] for s in found["revisions"][0]["statements"]} == {
        "revision a1 does not run"
    }


def test_models_that_drifted_are_told(repository: Repository) -> None:
    metadata = 'metadata = sa.MetaData()\nsa.Table("t", metadata, sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("n", sa.Integer), sa.Column("more", sa.Text))'
    repository.write("migrations/env.py", ONLINE.format(metadata=metadata))
    repository.revision("a1", up=create("t"), back='op.execute("DROP TABLE t")')
    (finding,) = [f for f in document(repository, "check", "--all")["findings"] if f["rule"] == "model-drift"]
    assert finding["severity"] == "warning"
    assert "op.add_column('t', sa.Column('more', sa.Text(), nullable=True))" in finding["message"]


def test_a_connection_of_the_revisions_own_is_told_once(repository: Repository) -> None:
    repository.revision("a1", up="__import__('psycopg2').connect('host=127.0.0.1 password=hunter2')")
    found = document(repository, "check", "--all")
    assert [r for r in rules(found) if r[0] == "foreign-connection"] == [("foreign-connection", "error", 13)]


def test_two_servers_are_two_judges(repository: Repository) -> None:
    repository.write("governance.yaml", "postgresql: [15, 18]\n")
    repository.revision("a1", up=create("t"), back='op.execute("DROP TABLE t")')
    found = document(repository, "check", "--all")
    assert len(found["servers"]) + len([n for n in found["notes"] if "is used instead" in n]) == 2


def test_a_waiver_in_the_policy_is_honoured_until_its_day(repository: Repository) -> None:
    repository.revision("a1", up=create("t"))
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.revision(
        "a2", "a1", up='op.execute("ALTER TABLE t ALTER COLUMN n TYPE BIGINT")',
        back='op.execute("ALTER TABLE t ALTER COLUMN n TYPE INT")',
    )  # fmt: skip
    repository.write(
        "governance.yaml",
        "waivers:\n  - {rule: table-rewrite, revision: a2, reason: it is empty, owner: me, expires: 2199-01-01}\n",
    )
    found = document(repository, "check")
    assert ("table-rewrite", "it is empty") in [(w["rule"], w["reason"]) for w in found["waived"]]
    assert "table-rewrite" not in [f["rule"] for f in found["findings"]]


WAIVED = 'op.execute("DROP TABLE {}")  # assay: waive dropped-table owner=@me -- nothing reads it'


@pytest.mark.parametrize(
    ("up", "unused"),
    [
        pytest.param(f"{WAIVED.format('IF EXISTS nothing')}", True, id="it-ran-and-nothing-was-found"),
        pytest.param(f'op.execute("SELECT nothing")\n    {WAIVED.format("t")}', False, id="not-reached"),
        pytest.param(WAIVED.format("nothing"), False, id="it-failed"),
    ],
)
def test_a_waiver_of_what_did_not_run_is_not_called_unused(
    repository: Repository, up: str, unused: bool
) -> None:
    repository.revision("a1", up=create("t"), back='op.execute("DROP TABLE t")')
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.revision("a2", "a1", up=up)
    found = document(repository, "check")
    assert ("unused-waiver" in [f["rule"] for f in found["findings"]]) is unused
