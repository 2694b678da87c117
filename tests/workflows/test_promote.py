"""From the button to the proof, on a real database as staging; whatever stops it, a rerun goes on."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from assay.promote import load_ledger, load_plan
from assay.scratch import Databases, Server, find_binaries
from assay.scratch.choice import local_server

from tests.frame.support import ROOT, made_once
from tests.github.fake.server import FakeGitHub

from .act import Ran
from .hub import Hub, git, make_repository, revision

PASSWORD = "p@ss/w0rd:%é"
SECRETS = (PASSWORD, quote(PASSWORD, safe=""))
GOVERNANCE = """\
environments:
  staging: {url_env: STAGING_URL, lock_timeout: 300ms, retries: 0, long_transaction: 0s}
  production: {url_env: PRODUCTION_URL, after: staging}
"""
NOT_NULL = revision(
    23,
    "require equity raised",
    'op.execute("ALTER TABLE companies ALTER COLUMN equity_raised SET NOT NULL")',
    'op.execute("ALTER TABLE companies ALTER COLUMN equity_raised DROP NOT NULL")',
)
COLUMN = revision(
    24,
    "add metrics note",
    'op.add_column("metrics_input", sa.Column("note", sa.Text(), nullable=True))',
    'op.drop_column("metrics_input", "note")',
)
COMPANY = """
INSERT INTO companies (id, name, reporting_status, reporting_currency, fund, location_country, customer_type,
    revenue_type, year_end_date, created_by)
VALUES (gen_random_uuid(), 'Example', 'active', 'EUR', 'I', 'NL', 'B2B', 'recurring', '2024-12-31', 'test')
"""
RUN = 9_100_001


@pytest.fixture(scope="module")
def promotions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A repository of its own: its main goes on."""
    made: Path = made_once(tmp_path_factory, "hub", make_repository)
    folder = tmp_path_factory.mktemp("hub-of-promotions")
    git(folder, "clone", "-q", "--bare", str(made / "origin.git"), "origin.git")
    git(folder / "origin.git", "config", "uploadpack.allowFilter", "true")
    with FakeGitHub() as fake:
        hub = Hub(folder, fake)
        work = hub.checkout("main", "work")
        for name, text in {"governance.yaml": GOVERNANCE, **NOT_NULL, **COLUMN}.items():
            (work / name).write_text(text, "utf-8")
        git(work, "add", "--all")
        git(work, "commit", "-q", "-m", "Require what a company has raised")
        git(work, "push", "-q", "origin", "HEAD:main")
        yield hub


class Staging:
    """A live database of the reference history, at 022."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name
        url = server.url(name) + "&options=-csearch_path%3Dpublic"
        self.url = url.replace("://assay@", f"://assay:{SECRETS[1]}@")
        subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "022"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url},
            check=True,
            capture_output=True,
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.server.connect(self.name) as session, session.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    @property
    def at(self) -> str:
        """The revision that it is at."""
        return str(self.rows("SELECT version_num FROM alembic_version")[0][0])

    @contextmanager
    def busy(self, table: str) -> Iterator[None]:
        """Somebody works on the table and does not end."""
        with self.server.connect(self.name) as session, session.cursor() as cursor:
            cursor.execute(f"BEGIN; LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
            yield


@pytest.fixture(scope="module")
def staging() -> Iterator[Staging]:
    with local_server(find_binaries()) as server, Databases(server) as databases, databases.fresh() as name:
        yield Staging(server, name)


def require_no_secret(hub: Hub, ran: Ran) -> None:
    """In nothing that was logged, summed up or uploaded, but for the commands that have it masked."""
    masked = {line["arg"] for line in ran.lines if line.get("command") == "add-mask"}
    assert masked >= {*SECRETS}
    said = "".join(str(line) for line in ran.lines if line.get("command") != "add-mask") + ran.summary
    said += "".join(f.read_text("utf-8") for f in (hub.folder / "artifacts").rglob("*") if f.is_file())
    assert [secret for secret in SECRETS if secret in said] == []


def test_whatever_stops_it_a_rerun_goes_on(promotions: Hub, staging: Staging) -> None:
    def run(number: int = RUN, **more: Any) -> Ran:
        ran = promotions.dispatched(
            "promote.yml", number, secrets={"DATABASE_URL": staging.url, "GITHUB_TOKEN": "x"}, **more
        )
        require_no_secret(promotions, ran)
        return ran

    go_on = f"gh run rerun {RUN} --failed"
    inputs = {"environment": "staging"}
    rerun: dict[str, Any] = {"jobs": ("apply", "verify"), "inputs": inputs}
    staging.rows(COMPANY)
    staging.rows("ALTER TABLE companies ADD COLUMN stray text")
    drifted = run(inputs=inputs)
    drifted.expect(read="success", plan="success", approve="success", apply="failure")
    assert "upgrade staging from 022 to 024, 2 revisions, 2 statements" in drifted.summary
    assert "somebody changed it outside the migrations" in drifted.summary
    assert "+ column stray text" in drifted.summary
    assert f"this goes on: `{go_on}`" in drifted.summary
    plan = promotions.artifact(RUN, "plan") / "plan.json"
    attested = (promotions.folder / f"attested/{RUN}").read_text("utf-8")
    assert attested.split()[0] == hashlib.sha256(plan.read_bytes()).hexdigest()
    main = git(promotions.folder / "origin.git", "rev-parse", "main")
    assert load_plan(plan.read_bytes()).commit == main

    staging.rows("ALTER TABLE companies DROP COLUMN stray")
    refused = run(**rerun)
    refused.expect(apply="failure")
    assert (
        "The data will refuse revision 023: companies.equity_raised holds NULL (1; 0 was expected)."
        in refused.summary
    )

    staging.rows("UPDATE companies SET equity_raised = 0")
    with staging.busy("metrics_input"):
        stopped = run(**rerun)
    stopped.expect(apply="failure")
    assert "failed: Others were in the way in revision 024" in stopped.summary
    assert "staging is at 023.\n" in stopped.summary
    assert f"Go on with: {go_on}\n" in stopped.summary
    assert staging.at == "023"

    done = run(**rerun)
    done.expect(apply="success", verify="success")
    assert "applied: 1 revision applied; everything is as the plan predicts." in done.summary
    assert "it is as the plan leaves it" in done.summary
    assert staging.at == "024"

    merged = run(RUN + 1, variables={"ASSAY_AUTOMATIC": "production"})
    merged.expect(read="success", before="success", plan="success")
    assert "production is at 024: there is nothing to do." in merged.summary
    ledger = load_ledger(promotions.artifact(RUN + 1, "before") / "ledger.json", "staging")
    assert [entry.revision for entry in ledger if entry.event == "verified"] == ["023", "024"]
