"""What governance.yaml says of an environment, in seconds."""

from __future__ import annotations

import re

import pytest
from assay.config import DURATION, Environment
from assay.errors import UsageError
from assay.promote import Clock, PlanStatement, Policy, checksummed, seconds
from assay.promote.clock import LONGEST_WAIT, pause
from assay.promote.script import as_sql
from msgspec.structs import replace

from tests.promote.world import World, revision


def test_without_a_word_it_is_the_policys_own() -> None:
    assert Policy.of(Environment(url_env="X")) == Policy()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("500ms", 0.5), ("2s", 2), ("1.5s", 1.5), ("10min", 600), ("1h", 3600), ("7d", 604800), ("0s", 0)],
)
def test_durations(text: str, expected: float) -> None:
    assert seconds(text) == expected
    assert re.fullmatch(DURATION, text)


@pytest.mark.parametrize("text", ["", "2", "s", "-1s", "2 s", "1e3s", "٣s", "2s\n"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError):
        seconds(text)


def test_waits_double_up_to_a_limit_and_chance_spreads_them() -> None:
    early, late = Clock(random=lambda: 0.0), Clock(random=lambda: 1.0)
    assert [pause(n, early) for n in (1, 2, 3)] == [0.25, 0.5, 1.0]
    assert [pause(n, late) for n in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert pause(100, late) == LONGEST_WAIT


def test_nothing_of_a_hostile_plan_leaves_its_comment_in_the_script(world: World) -> None:
    plan = world.plan(revision("a", ("SELECT 1",), "VACUUM customer"))
    evil = "x\nDROP TABLE customer;\r\u2028\u202e"
    first = plan.revisions[0]
    segment = replace(
        first.segments[0], settings={evil: evil}, statements=(PlanStatement(sql="SELECT 1 -- end", line=1),)
    )
    bad = replace(first, id=evil, message=evil, path=evil, segments=(segment, *first.segments[1:]))
    text = as_sql(
        checksummed(
            replace(plan, environment=evil, commit=evil, tools={evil: evil}, loses=(evil,), revisions=(bad,))
        )
    )
    assert all(line.startswith("--") for line in text.split("\n") if "DROP TABLE" in line)
    assert "SELECT 1 -- end\n;" in text
    assert "\u2028" not in text
