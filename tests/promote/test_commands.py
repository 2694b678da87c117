"""The commands as a person and a workflow meet them; no output of any tells the password."""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from assay.cli import main
from assay.promote import Plan, checksummed, read_ledger, write_plan
from msgspec.structs import replace as altered

from tests.promote.world import BASE, NAP, ONE_VERSION, World, held, revision, seal
from tests.schemas import document
from tests.scratch.support import eventually

PASSWORD = "p@ss/w0rd:%é"
SECRETS = (
    PASSWORD,
    quote(PASSWORD, safe=""),
    base64.b64encode(PASSWORD.encode()).decode(),
    base64.b64encode(quote(PASSWORD, safe="").encode()).decode(),
)

GOVERNANCE = """\
environments:
  staging: {url_env: STAGING_URL, lock_timeout: 300ms, retries: 0, long_transaction: 0s, lock_deadline: 5s}
  production: {url_env: PRODUCTION_URL, after: staging}
"""

pytestmark = ONE_VERSION

COLUMN = revision("column", ("ALTER TABLE customer ADD COLUMN note text",))
INDEX = revision("index", "CREATE UNIQUE INDEX CONCURRENTLY ix_name ON customer (visits)", before=("column",))

Ran = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ran:
    """Runs a command in a folder with a policy; exit code, stdout and stderr, without any secret in them."""
    (tmp_path / "governance.yaml").write_text(GOVERNANCE, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_ACTOR", "octocat")

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        out, err = capfd.readouterr()
        require_no_secret(out + err)
        return code, out, err

    return command


def require_no_secret(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text


def url(world: World, name: str) -> str:
    return world.url(name).replace("://assay@", f"://assay:{quote(PASSWORD, safe='')}@")


@pytest.fixture
def target(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with world.database() as name:
        monkeypatch.setenv("STAGING_URL", url(world, name))
        yield name


@pytest.fixture
def plan(world: World, tmp_path: Path) -> Plan:
    made = world.plan(COLUMN, INDEX, base=BASE + "DELETE FROM customer WHERE id > 1")
    write_plan(tmp_path / "plans/first", made, seal(made))
    return made


def test_from_a_failure_to_its_end(world: World, ran: Ran, target: str, plan: Plan) -> None:
    code, out, err = ran("status", "--env", "staging")
    assert (code, out) == (0, "staging: at base\n")
    code, out, err = ran("apply", "plans/first", "--env", "staging")
    assert code == 1
    assert "column 1/1 statement: ALTER TABLE customer ADD COLUMN note text\n" in err
    assert (
        "failed: PostgreSQL refused it in revision index (migrations/index.py:1): could not create unique index"
        in out
    )
    assert "staging is at column.\nRevision index is half done: 0 of 2 parts.\n" in out
    assert out.endswith("Go on with: assay apply plans/first --env staging\n")
    code, out, _ = ran("status", "--format", "json")
    assert code == 3  # production's variable is not set
    standing = document("promotion", out)["environments"][0]["state"]
    assert standing["half_done"] == {
        "plan": plan.checksum, "revision": "index", "segment": 0, "segments": 2, "started": True
    }  # fmt: skip
    assert ran("status", "--env", "staging")[0] == 1
    world.rows(target, "UPDATE customer SET visits = id")
    code, out, err = ran("resume", "--env", "staging", "--format", "json")
    assert code == 0
    assert document("promotion", out)["result"] == "applied"
    assert "repair: DROP INDEX CONCURRENTLY IF EXISTS" in err
    code, out, _ = ran("ledger", "--env", "staging")
    assert code == 0
    assert "applied   upgrade column plan" in out
    assert "by octocat" in out
    assert "failed    upgrade index part 1/2" in out
    code, out, _ = ran("ledger", "--env", "staging", "--format", "json")
    assert [e["event"] for e in document("promotion", out)["entries"]] == [
        "applied", "started", "failed", "done", "applied", "verified", "verified"
    ]  # fmt: skip
    assert ran("resume", "--env", "staging")[0] == 2
    code, out, _ = ran("apply", "plans/first", "--env", "staging")
    assert (code, out) == (0, "nothing: The plan was applied before.\nstaging is at index.\n")
    for entry in read_ledger(world.target(target)):
        require_no_secret(str(entry))


def test_the_order_of_environments(
    world: World, ran: Ran, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.plan(COLUMN)
    write_plan(tmp_path / "staging", made, seal(made))
    same = checksummed(altered(made, environment="production"))
    write_plan(tmp_path / "production", same, seal(same))
    with world.database() as production:
        monkeypatch.setenv("PRODUCTION_URL", url(world, production))
        code, out, _ = ran("apply", "production", "--env", "production")
        assert code == 1
        assert "staging has not had revision column" in out
        assert ran("apply", "staging", "--env", "staging")[0] == 0
        (tmp_path / "ledger.json").write_text(
            ran("ledger", "--env", "staging", "--format", "json")[1], "utf-8"
        )
        monkeypatch.delenv("STAGING_URL")
        code, out, _ = ran("apply", "production", "--env", "production")
        assert code == 1
        assert "its ledger cannot be read" in out
        assert ran("apply", "production", "--env", "production", "--after-ledger", "ledger.json")[0] == 0


def test_refusals_and_mistakes_have_their_exit_codes(
    world: World, ran: Ran, target: str, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.rows(target, "ALTER TABLE customer ADD COLUMN stray text")
    code, out, _ = ran("apply", "plans/first", "--env", "staging")
    assert code == 1
    assert "  + column stray text" in out
    assert ran("apply", "plans/first", "--env", "elsewhere")[0] == 2
    assert ran("apply", "plans/second", "--env", "staging")[0] == 2
    assert ran("apply", "plans/first", "--env", "staging", "--repeat", "--skip")[0] == 2
    assert ran("rollback", "plans/first", "--env", "staging")[0] == 2
    assert ran("apply", "plans/first")[0] == 2
    assert ran("ledger", "--env", "production")[0] == 2
    file = tmp_path / "plans/first/plan.json"
    file.write_bytes(file.read_bytes().replace(b"note text", b"note json"))
    code, _, err = ran("apply", "plans/first", "--env", "staging")
    assert code == 2
    assert "it was changed" in err


@pytest.mark.parametrize(
    "broken",
    [
        "postgresql://assay:{p}@/x?host=/nowhere",
        "postgresql://assay:{p}@127.0.0.1:1/x",
        "postgresql://assay:{raw}@127.0.0.1:1/x",
        "postgresql://assay:{p}@localhost:1/x?sslmode=nonsense",
        "postgresql://assay@127.0.0.1:1/x?password={p}",
        "postgres//assay:{p}@h",
    ],
)
def test_a_url_that_leads_nowhere_tells_no_password(
    ran: Ran, plan: Plan, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setenv("STAGING_URL", broken.format(p=quote(PASSWORD, safe=""), raw=PASSWORD))
    for arguments in (("apply", "plans/first"), ("status",), ("ledger",), ("resume",)):
        code, *_ = ran(*arguments, "--env", "staging")
        assert code in (2, 3)


def test_a_signal_stops_it_at_once_when_it_comes_twice(
    world: World, ran: Ran, target: str, tmp_path: Path
) -> None:
    made = world.plan(revision("slow", (NAP,)))
    world.rows(target, "UPDATE customer SET visits = 60 WHERE id = 1")
    write_plan(tmp_path / "slow", made, seal(made))
    code = "import sys; from assay.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "apply", "slow", "--env", "staging", "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    sleeping = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'"
    )
    assert eventually(lambda: world.rows(target, sleeping) == [(1,)])
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    told = document("promotion", out)
    assert process.returncode == 3
    assert told["result"] == "stopped"
    assert told["at"] == ["base"]
    assert told["go_on"] == "assay apply slow --env staging"
    require_no_secret(out + err)
    assert world.locks(target) == []


def test_a_kill_ends_its_statement_too(world: World, ran: Ran, target: str, tmp_path: Path) -> None:
    made = world.plan(revision("index", "CREATE INDEX CONCURRENTLY ix_name ON customer (name)"))
    write_plan(tmp_path / "index", made, seal(made))
    code = "import sys; from assay.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "apply", "index", "--env", "staging"]
    building = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND state = 'active'"
    with held(world, target, "UPDATE customer SET visits = 1"):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert eventually(lambda: world.rows(target, building) == [(1,)])
        process.kill()
        process.communicate(timeout=30)
        assert eventually(lambda: world.rows(target, building) == [(0,)])
    assert world.rows(target, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_name'::regclass") == [
        (False,)
    ]
    assert ran("apply", "index", "--env", "staging")[0] == 0
    assert world.rows(target, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_name'::regclass") == [
        (True,)
    ]
