"""Histories that nobody here wrote, from wheels on PyPI, traced from end to end."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.history import Selection, read_history
from assay.scratch import Databases, find_binaries
from assay.scratch.choice import local_server
from assay.trace import Baseline, Tracing, Wanted, trace

from tests.render.test_differential import Wheel, unpack

PLACEMENT = Wheel(
    "openstack-placement==16.0.0",
    "openstack_placement-16.0.0-py3-none-any.whl",
    "3286f433f9c2aa365de847539a60ce99cd07fedc1cd782ffa4b2bcdc5eb30b55",
    "placement/db/sqlalchemy/alembic/versions/",
    5,
)
RATING = Wheel(
    "cloudkitty==25.0.0",
    "cloudkitty-25.0.0-py3-none-any.whl",
    "7ed3e5ce3e990fad885c7402eb6ac10c81e0c162354b5ace7fa0c2ce9e217b0f",
    "cloudkitty/storage/v1/sqlalchemy/alembic/versions/",
    5,
)
ALARMS = Wheel(
    "aodh==23.0.0",
    "aodh-23.0.0-py3-none-any.whl",
    "225663eff53f6b62ad8d4e72d8573de0274df84f2f9ac5fd3f1973e58d138898",
    "aodh/storage/sqlalchemy/alembic/versions/",
    10,
)

ALARMS_BASELINE = """
CREATE TABLE alarm_history (
    event_id varchar(128) PRIMARY KEY, alarm_id varchar(128), on_behalf_of varchar(128), project_id varchar(128),
    user_id varchar(128), type varchar(20), detail text, "timestamp" timestamp
);
CREATE INDEX ix_alarm_history_alarm_id ON alarm_history (alarm_id);
CREATE TABLE alarm (
    alarm_id varchar(128) PRIMARY KEY, enabled boolean, name text, type varchar(50), severity varchar(50),
    description text, "timestamp" timestamp, user_id varchar(128), project_id varchar(128), state varchar(255),
    state_timestamp timestamp, ok_actions text, alarm_actions text, insufficient_data_actions text,
    repeat_actions boolean, rule text, time_constraints text
);
CREATE INDEX ix_alarm_project_id ON alarm (project_id);
CREATE INDEX ix_alarm_user_id ON alarm (user_id);
"""


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with local_server(find_binaries()) as server, Databases(server) as databases:
        yield databases


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Alembic's generic env.py configures logging, and old revisions use what SQLAlchemy now warns of."""
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def traced(wheel: Wheel, folder: Path, databases: Databases, baseline: Baseline | None = None) -> Tracing:
    project = unpack(wheel, folder)
    known = list(read_history(project, Selection(all=True)).revisions.values())
    covered = baseline.revisions if baseline else ()
    selected = [revision for revision in known if revision.id not in covered]
    return trace(Wanted(project, known, selected, baseline=baseline), databases.server, databases, "x")


@pytest.mark.parametrize("wheel", [PLACEMENT, RATING], ids=lambda wheel: wheel.requirement)
def test_a_history_that_starts_from_nothing(wheel: Wheel, tmp_path: Path, databases: Databases) -> None:
    tracing = traced(wheel, tmp_path, databases)
    assert tracing.unreached is None
    assert len(tracing.trips) == wheel.runs
    assert [trip.upgrade.error for trip in tracing.trips.values()] == [None] * wheel.runs
    statements = [t for trip in tracing.trips.values() for t in trip.upgrade.traced]
    assert [t.effect.unproven for t in statements if not t.effect.proven] == []
    assert any(change.action == "added" for t in statements for change in t.effect.changes)


def test_a_history_that_needs_a_baseline(tmp_path: Path, databases: Databases) -> None:
    file = tmp_path / "baseline.sql"
    file.write_text(ALARMS_BASELINE)
    tracing = traced(ALARMS, tmp_path / "project", databases, Baseline(file, ("12fe8fac9fe4",)))
    first = tracing.trips["bb07adac380"]
    assert (tracing.unreached_revision, first.upgrade.error) == (None, None)
    changed = [str(change.key) for traced in first.upgrade.traced for change in traced.effect.changes]
    assert changed == ["column alarm_history.severity"]
    assert len(tracing.trips) == ALARMS.runs - 1


def test_without_its_baseline_the_first_failure_is_told(tmp_path: Path, databases: Databases) -> None:
    tracing = traced(ALARMS, tmp_path, databases)
    assert tracing.unreached_revision == "bb07adac380"
    assert 'relation "alarm_history" does not exist' in (tracing.unreached or "")
