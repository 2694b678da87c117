"""An environment of several databases: in their order, until one does not end well, and one table for all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier

import pytest
from assay.cli._planning import furthest
from assay.config import Database, Environment
from assay.errors import UsageError
from assay.history import Graph
from assay.model import Revision
from assay.promote import Outcome, Plan, Wave, in_waves, load_states, waves, write_plan
from assay.promote.outcome import Result

from tests.promote.test_commands import COLUMN, PASSWORD, Ran, plan, ran, url
from tests.promote.world import ONE_VERSION, World, seal
from tests.schemas import document

__all__ = ["plan", "ran"]

FLEET = Environment(
    databases={name: Database(f"{name.upper()}_URL") for name in ("a", "b", "c", "d")},
    canaries=("c",),
    wave=2,
)

GOVERNANCE = """\
environments:
  staging:
    databases:
      eu: {url_env: EU_URL}
      canary: {url_env: CANARY_URL, password_command: "%s -c 'print(\\"%s\\")'"}
    canaries: [canary]
    max_parallel: 2
    retries: 0
    lock_deadline: 5s
  production: {url_env: PRODUCTION_URL, after: staging}
"""


@pytest.mark.parametrize(
    ("environment", "chosen", "expected"),
    [
        (FLEET, (), [Wave("canaries", ("c",)), Wave("1", ("a", "b")), Wave("2", ("d",))]),
        (FLEET, ("d", "a"), [Wave("1", ("a",)), Wave("2", ("d",))]),
        (Environment(databases=FLEET.databases), (), [Wave("1", ("a", "b", "c", "d"))]),
        (Environment(url_env="URL"), (), []),
    ],
    ids=["canaries and waves", "some of them", "one wave", "no fleet"],
)
def test_the_waves(environment: Environment, chosen: tuple[str, ...], expected: list[Wave]) -> None:
    assert waves(environment, chosen) == expected


def outcome(result: Result) -> Outcome:
    return Outcome(result=result, environment="e", plan="0", message="m", advice="")


@pytest.mark.parametrize(
    ("fails", "expected"),
    [("", ["c", "a", "b", "d"]), ("c", ["c"]), ("a", ["c", "a"]), ("b", ["c", "a", "b"])],
)
def test_after_one_that_does_not_end_well_none_begins(fails: str, expected: list[str]) -> None:
    ended = in_waves(waves(FLEET), 1, lambda name: outcome("failed" if name == fails else "applied"))
    assert list(ended) == expected


def test_several_of_a_wave_run_at_once_and_the_waves_after_each_other() -> None:
    together = Barrier(2, timeout=30)
    begun: list[str] = []

    def one(name: str) -> Outcome:
        begun.append(name)
        if name in "ab":
            together.wait()
        return outcome("applied")

    assert sorted(in_waves(waves(FLEET), 2, one)) == ["a", "b", "c", "d"]
    assert (begun[0], sorted(begun[1:3]), begun[3]) == ("c", ["a", "b"], "d")


def node(id: str, *parents: str) -> Revision:  # noqa: A002 - as the field is called
    return Revision(id, f"{id}.py", b"", parents)


GRAPH = Graph({each.id: each for each in (node("a"), node("b", "a"), node("c", "b"), node("other", "a"))})


@pytest.mark.parametrize(
    ("places", "down", "expected"),
    [
        ((("b",), ("b",)), False, ("b",)),
        ((("c",), ("a",), ("b",)), False, ("a",)),
        ((("c",), ()), False, ()),
        ((("c",), ("a",), ("b",)), True, ("c",)),
        ((("b",), ("other",)), False, None),
    ],
    ids=["all at one", "one behind", "one new", "one before on the way back", "on two branches"],
)
def test_a_plan_begins_where_the_way_is_longest(
    places: tuple[tuple[str, ...], ...], down: bool, expected: tuple[str, ...] | None
) -> None:
    named = {f"e.{number}": at for number, at in enumerate(places)}
    if expected is not None:
        assert furthest("e", named, GRAPH, down=down) == expected
        return
    with pytest.raises(UsageError) as caught:
        furthest("e", named, GRAPH, down=down)
    assert caught.value.message == "No plan is for all databases of e: e.0 at b; e.1 at other."


@pytest.fixture
def fleet(
    world: World, ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, str]]:
    """The databases `canary` and `eu` of the fleet `staging`."""
    import sys

    (tmp_path / "governance.yaml").write_text(GOVERNANCE % (sys.executable, PASSWORD), "utf-8")
    with world.database() as canary, world.database() as eu:
        monkeypatch.setenv("CANARY_URL", world.url(canary))
        monkeypatch.setenv("EU_URL", url(world, eu))
        yield canary, eu


@ONE_VERSION
def test_from_a_canary_that_fails_to_the_end(
    world: World, ran: Ran, fleet: tuple[str, str], plan: Plan, tmp_path: Path
) -> None:
    canary, eu = fleet
    world.rows(eu, "UPDATE customer SET visits = id")
    code, out, err = ran("apply", "plans/first", "--env", "staging")
    assert code == 1
    table, rest = out.split("canary: ", 1)
    assert re.sub(" +", " ", table).splitlines()[0] == "DATABASE WAVE RESULT AT"
    assert re.match(r"canary  +canaries  failed  +column  PostgreSQL refused it in", table.splitlines()[1])
    assert re.fullmatch(r"eu  +1  +not begun", table.splitlines()[2])
    assert rest.startswith("revision index is half done: 0 of 2 parts.\n")
    assert rest.endswith("Go on with: assay apply plans/first --env staging\n")
    assert "canary: column 1/1 statement: ALTER TABLE customer ADD COLUMN note text\n" in err
    assert world.rows(eu, "SELECT to_regclass('assay.ledger')") == [(None,)]

    code, out, _ = ran("status", "--env", "staging")
    assert code == 1
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["staging:"], ["DATABASE", "AT"], ["eu", "base"], ["canary", "column"]
    ]  # fmt: skip
    assert f"half done: index, plan {plan.short}" in out
    told = ran("status", "--env", "staging", "--format", "json")[1]
    (tmp_path / "status.json").write_text(told, "utf-8")
    assert list(load_states(tmp_path / "status.json", "staging")) == ["staging.eu", "staging.canary"]

    world.rows(canary, "UPDATE customer SET visits = id")
    code, out, _ = ran("resume", "--env", "staging", "--format", "json")
    assert code == 0
    ended = document("promotion", out)
    assert (ended["environment"], ended["go_on"]) == ("staging", None)
    assert [(each["database"], each["wave"], each["outcome"]["result"]) for each in ended["databases"]] == [
        ("canary", "canaries", "applied"), ("eu", "1", "applied")
    ]  # fmt: skip
    assert world.end(canary)["versions"] == world.end(eu)["versions"] == [("index",)]
    assert ran("resume", "--env", "staging")[0] == 2
    out = ran("ledger", "--env", "staging")[1]
    assert len(re.findall(r"verified .* on canary$", out, re.MULTILINE)) == 2
    assert len(re.findall(r"verified .* on eu$", out, re.MULTILINE)) == 2


@ONE_VERSION
def test_production_waits_for_the_whole_fleet(
    world: World, ran: Ran, fleet: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assay.promote import checksummed
    from msgspec.structs import replace

    made = world.plan(COLUMN)
    write_plan(tmp_path / "staging", made, seal(made))
    later = checksummed(replace(made, environment="production"))
    write_plan(tmp_path / "production", later, seal(later))
    production = ("apply", "production", "--env", "production")
    with world.database() as name:
        monkeypatch.setenv("PRODUCTION_URL", url(world, name))
        code, out, _ = ran("apply", "staging", "--env", "staging", "--wave", "1")
        assert code == 1
        assert "The waves before are not where the plan ends: staging.canary.\n" in out
        assert out.endswith("Go on with: assay apply staging --env staging --wave 1\n")
        code, out, _ = ran("apply", "staging", "--env", "staging", "--wave", "canaries")
        assert (code, "eu" in out) == (0, False)
        code, out, _ = ran(*production)
        assert code == 1
        assert "staging has not had revision column" in out
        again = ("--database", "eu", "--url-env", "EU_URL")
        for chosen, expected in ((("--wave", "1"), "applied"), (again, "nothing")):
            code, out, _ = ran("apply", "staging", "--env", "staging", "--format", "json", *chosen)
            assert code == 0
            assert [each["outcome"]["result"] for each in document("promotion", out)["databases"]] == [
                expected
            ]
        ledger = ran("ledger", "--env", "staging", "--format", "json")[1]
        (tmp_path / "ledger.json").write_text(ledger, "utf-8")
        one = ran("ledger", "--env", "staging.eu", "--format", "json")[1]
        (tmp_path / "one.json").write_text(one, "utf-8")
        monkeypatch.delenv("EU_URL")
        code, _, err = ran(*production, "--after-ledger", "one.json")
        assert (code, err.splitlines()[0]) == (2, "assay: one.json has no ledger of staging.canary.")
        assert ran(*production, "--after-ledger", "ledger.json")[0] == 0


MISTAKES = {
    "unknown database": (
        ("apply", "plans/first", "--env", "staging", "--database", "eu,cannary"),
        "staging has no database `cannary`.\nDid you mean `canary`?",
    ),
    "database of no fleet": (
        ("apply", "plans/first", "--env", "production", "--database", "eu"),
        "production is one database.\nLeave --database and --wave out: they are for a fleet.",
    ),
    "wave of no fleet": (
        ("resume", "--env", "production", "--wave", "1"),
        "production is one database.\nLeave --database and --wave out: they are for a fleet.",
    ),
    "unknown wave": (
        ("apply", "plans/first", "--env", "staging", "--wave", "2"),
        "staging has no wave `2`.\nKnown: canaries, 1.",
    ),
    "wave and databases": (
        ("apply", "plans/first", "--env", "staging", "--wave", "1", "--database", "eu"),
        "--wave and --database contradict each other.\nGive only one of them.",
    ),
    "one variable for many": (
        ("apply", "plans/first", "--env", "staging", "--url-env", "EU_URL"),
        "--url-env is for one database.\nName it with --database NAME.",
    ),
    "one variable for a whole status": (
        ("status", "--env", "staging", "--url-env", "EU_URL"),
        "--url-env is for one database.\nName it: staging.eu, staging.canary.",
    ),
    "sizes of a fleet": (
        ("stats", "--env", "staging"),
        "staging is a fleet, and one database is asked for.\nName it: staging.eu, staging.canary.",
    ),
    "matrix of one": (
        ("environments", "--matrix", "--env", "production"),
        "production is one database, and needs no matrix.\nGive its `databases` for a fleet.",
    ),
    "environment misspelt": (
        ("environments", "--env", "stagin"),
        "governance.yaml has no environment `stagin`.\nDid you mean `staging`?",
    ),
    "matrix of all": (
        ("environments", "--matrix"),
        "--matrix is for one environment.\nName it with --env NAME.",
    ),
}


@ONE_VERSION
def test_a_mistake_is_told_before_anything_runs(ran: Ran, fleet: tuple[str, str], plan: Plan) -> None:
    for arguments, said in MISTAKES.values():
        assert ran(*arguments)[::2] == (2, f"assay: {said}\n"), arguments


def test_the_environments_and_their_matrix(ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "governance.yaml").write_text(GOVERNANCE % ("mint", "a"), "utf-8")
    monkeypatch.setenv("EU_URL", "postgresql://assay:secret@db/eu")
    code, out, _ = ran("environments")
    assert code == 0
    assert out.splitlines() == [
        "ENVIRONMENT  DATABASE  WAVE      URL                       AFTER",
        "staging      canary    canaries  CANARY_URL (not set)",
        "staging      eu        1         EU_URL",
        "production                       PRODUCTION_URL (not set)  staging",
    ]
    listed = document("promotion", ran("environments", "--env", "staging", "--format", "json")[1])[
        "environments"
    ]
    assert [(each["database"], each["wave"], each["is_set"]) for each in listed] == [
        ("canary", "canaries", False), ("eu", "1", True)
    ]  # fmt: skip
    assert ran("environments", "--matrix", "--env", "staging")[:2] == (
        0,
        '{"include": [{"wave": "canaries", "databases": "canary"}, {"wave": "1", "databases": "eu"}]}\n',
    )
