"""The nightly look at the environments, and the rehearsal that lives on what it has read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from assay.scratch import Databases, Server, find_binaries
from assay.scratch.choice import local_server

from tests.frame.support import ROOT

from .hub import NAME, Hub, zipped
from .test_schema_review import GOOD

VARIABLES = {"ASSAY_ENVIRONMENTS": '["staging"]', "ASSAY_REHEARSE": "staging"}


@pytest.fixture(scope="module")
def staging() -> Iterator[tuple[Server, str]]:
    """A live database of the reference history, one revision behind."""
    with local_server(find_binaries()) as server, Databases(server) as databases, databases.fresh() as name:
        environment = {**os.environ, "DATABASE_URL": server.url(name)}
        subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "021"],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )
        yield server, name


def test_one_issue_tells_and_pull_requests_are_rehearsed(hub: Hub, staging: tuple[Server, str]) -> None:
    server, name = staging
    secrets = {"DATABASE_URL": server.url(name)}
    _execute(server, name, "ALTER TABLE companies ADD COLUMN notes text")
    drifted = hub.scheduled("drift.yml", secrets=secrets, variables=VARIABLES)
    drifted.expect(read="success", compare="success", issue="success")
    (issue,) = hub.fake.seed(NAME).data["issues"]
    assert (issue["title"], issue["state"], issue["labels"]) == (
        "Schema drift: staging",
        "open",
        ["schema-drift"],
    )
    assert "\n+   column notes text\n" in issue["body"]
    assert "**1 change** by hand" in drifted.summary

    _execute(server, name, "ALTER TABLE companies DROP COLUMN notes")
    clean = hub.scheduled("drift.yml", secrets=secrets, variables=VARIABLES)
    clean.expect(read="success", compare="success", issue="success")
    assert issue["state"] == "closed"
    assert server.url(name) not in "".join(line["msg"] for line in clean.lines)

    run, folder = max((int(f.parent.name), f) for f in hub.folder.glob("artifacts/*/environment-staging"))
    hub.fake.seed(NAME).artifact(run, folder.name, zipped(folder))
    _, ran = hub.review(
        hub.open(GOOD), variables=VARIABLES, secrets={"GITHUB_TOKEN": "ghs_the-workflow-s-own"}
    )
    ran.expect(review="success", sarif="success", rehearsal="success")
    assert "2 revisions pending on staging, and each runs on a copy of its schema: 022, 023." in ran.log


def test_without_environments_there_is_nothing_to_do(hub: Hub) -> None:
    hub.scheduled("drift.yml").expect()


def _execute(server: Server, name: str, sql: str) -> None:
    with server.connect(name) as session, session.cursor() as cursor:
        cursor.execute(sql)
