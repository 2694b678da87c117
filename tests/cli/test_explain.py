"""`assay explain`: pages, the list, sqlfluff's rules, and near misses."""

from __future__ import annotations

import json

import jsonschema
import pytest
from assay.cli import main
from assay.docs.schema import rules_schema
from assay.rules import rules


def test_a_page_in_a_pipe_is_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "model-change-without-revision"]) == 0
    assert capsys.readouterr().out.startswith(
        "# model-change-without-revision\n\n"
        "| Group | Default severity | Since |\n| --- | --- | --- |\n| craft | error | 0.1.0 |\n\n"
        "The models change and no revision comes along.\n\n"
        "## What it does\n\n"
    )


def test_a_page_on_a_terminal_is_laid_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "model-change-without-revision", "--color", "always"]) == 0
    out = capsys.readouterr().out
    assert "\x1b[4;35mWhat it does\x1b[0m" in out
    assert "##" not in out


def test_the_list_names_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    out = capsys.readouterr().out
    for rule in rules():
        assert f"| `{rule.id}` | {rule.severity.value} |" in out
    assert out.startswith("## history\n\n| Rule |")


@pytest.mark.parametrize("code", ["LT01", "lt01"])
def test_a_rule_of_sqlfluff_is_said_to_be_its_own(capsys: pytest.CaptureFixture[str], code: str) -> None:
    assert main(["explain", code]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# LT01\n\n")
    assert "A rule of [sqlfluff](https://docs.sqlfluff.com/), where it is called `layout.spacing`." in out
    assert "Anti-pattern" in out


@pytest.mark.parametrize("arguments", [(), ("multiple-heads",), ("LT01",)], ids=["all", "one", "sqlfluff"])
def test_json(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    assert main(["explain", *arguments, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, rules_schema())
    assert len(found["rules"]) == (1 if arguments else len(list(rules())))


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("multiple_heads", "Did you mean `multiple-heads`?"),
        ("modelchange", "Did you mean `model-change-without-revision`?"),
        ("ZZ99", "`assay explain` lists every rule."),
        ("\x1b[2J", "`assay explain` lists every rule."),
    ],
)
def test_a_near_miss(capsys: pytest.CaptureFixture[str], name: str, advice: str) -> None:
    assert main(["explain", name]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(f"`.\n{advice}\n")
    assert "\x1b" not in err
