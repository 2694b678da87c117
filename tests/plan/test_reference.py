"""The reference history, as plans: from an empty database to its head, and back to nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from assay.catalog import read_catalog
from assay.scratch import Databases

from tests.frame.support import ROOT

from .conftest import Live, Ran

TABLES = (
    *("companies", "exchange_rates", "metrics_input"),
    *("quarterly_reporting_financials", "quarterly_reporting_metrics"),
)


def test_up_and_down(databases: Databases, ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("migrations", "models"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "alembic.ini", tmp_path)
    (tmp_path / "governance.yaml").write_text("environments:\n  staging: {url_env: STAGING_URL}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    with databases.fresh() as name:
        live = Live(databases, name)
        monkeypatch.setenv("STAGING_URL", live.secret_url)
        with databases.server.connect(name) as session:
            empty = read_catalog(session).fingerprint
        assert ran("plan", "--env", "staging", "--output", "up")[0] == 0
        code, out, err = ran("apply", "up", "--env", "staging")
        assert code == 0, out + err
        assert "  pending: nothing\n" in ran("status", "--env", "staging")[1]
        assert ran("plan", "--env", "staging", "--down", "--to", "base", "--output", "down")[0] == 0
        code, out, err = ran(
            "rollback", "down", "--env", "staging", *(part for name in TABLES for part in ("--lose", name))
        )
        assert code == 0, out + err
        with databases.server.connect(name) as session:
            assert read_catalog(session).fingerprint == empty
