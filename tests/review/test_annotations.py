"""Annotations: exactly what the runner reads, its limits, and nothing that a finding could smuggle in."""

from __future__ import annotations

from typing import Any

import pytest
from assay._clean import clean
from assay.review.annotations import MESSAGE, PER_STEP, inert, render
from hypothesis import given
from hypothesis import strategies as st

from tests.review import documents as make
from tests.review.runner import Command, commands

ATOMS = (
    "%",
    "%25",
    "%0A",
    "\r",
    "\n",
    ":",
    "::",
    ",",
    ";",
    "=",
    "]",
    "##[",
    "::set-output name=a::b",
    "\u202e",
    " ",
)
hostile = st.lists(st.sampled_from(ATOMS) | st.text(max_size=4), max_size=8).map("".join)


def read(**fields: Any) -> Command:
    """The one command that a finding with `fields` becomes."""
    (command,) = commands(render(make.review(findings=[make.finding(**fields)])))
    return command


def test_an_annotation_stands_at_its_line() -> None:
    text = render(make.review(findings=[make.finding(column=5)]))
    assert text == (
        f"::error file={make.PATH},line=9,col=5,title=table-rewrite"
        "::ALTER TABLE rewrites companies.%0A%0AAdd a column instead.\n"
    )


def test_nothing_found_says_nothing() -> None:
    assert render(make.review()) == ""


def test_a_waived_finding_is_no_annotation() -> None:
    assert render(make.review(waived=[make.waived("It is empty.")])) == ""


def test_a_finding_without_a_place_has_only_its_title() -> None:
    assert read(path=None, line=None).properties == {"title": "table-rewrite"}


@pytest.mark.parametrize(
    "text",
    [
        "50% :, 100%25 %0A",
        "one\ntwo",
        "::set-output name=a::b",
        "x\n::set-output name=a::b",
        "##[command]rm",
        "##[set-env name=PATH]x",
        "::stop-commands::x",
    ],
)
def test_a_message_is_read_back_as_it_was(text: str) -> None:
    assert read(message=text, advice="") == Command(
        "error", {"file": make.PATH, "line": "9", "title": "table-rewrite"}, text
    )


@pytest.mark.parametrize("path", ["a,b:c.py", "a%2Cb.py", "50%.py", "=x.py", "ordner/ä b.py", "a\nb.py"])
def test_a_path_is_read_back_as_it_was(path: str) -> None:
    assert read(path=path).properties["file"].removeprefix("./") == clean(path)


def test_what_would_steer_a_terminal_is_spelt_out() -> None:
    assert read(message="a\u202eb\x1b[2J\rc\u2028d", advice="").data == "a\\u202eb\\x1b[2J\\rc\\u2028d"


@given(message=hostile, advice=hostile, path=hostile, rule=hostile, column=st.none() | st.integers(1, 99))
def test_whatever_a_finding_says_it_is_one_command(**fields: Any) -> None:
    command = read(**fields)
    assert command.name == "error"
    assert set(command.properties) <= {"file", "line", "col", "title"}
    told = f"{fields['message']}\n\n{fields['advice']}".strip()
    assert command.data == "\n".join(map(clean, told.split("\n")))


def test_ten_of_each_severity_are_all_shown() -> None:
    found = [
        make.finding(severity=severity) for severity in ("note", "warning", "error") for _ in range(PER_STEP)
    ]
    names = [command.name for command in commands(render(make.review(findings=found)))]
    assert names == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10


def test_the_eleventh_makes_the_tenth_say_how_many_there_are() -> None:
    found = [make.finding(severity="warning", message=str(n)) for n in range(PER_STEP + 1)]
    *shown, last = commands(render(make.review(findings=found)))
    assert [command.data[0] for command in shown] == list("012345678")
    assert last.properties == {"title": "2 more warnings"}
    assert last.name == "warning"


@pytest.mark.parametrize("character", ["x", "ä", "𠀀"])
def test_a_message_is_as_long_as_the_runner_keeps_it(character: str) -> None:
    units = len(character.encode("utf-16-le")) // 2
    longest = character * (MESSAGE // units)
    assert read(message=longest, advice="").data == longest
    cut = read(message=longest + "x", advice="").data
    assert cut.endswith(character + "…")
    assert len(cut.encode("utf-16-le")) // 2 <= MESSAGE


@given(hostile)
def test_sql_in_a_log_is_read_for_no_command(text: str) -> None:
    assert list(commands(inert(f"::error::x\n{text}\n  ::warning::y") + "::notice::z")) == [
        Command("notice", {}, "z")
    ]
    assert list(commands(inert(text) + "::notice::z")) == [Command("notice", {}, "z")]


def test_each_log_has_its_own_token() -> None:
    assert inert("SELECT 1") != inert("SELECT 1")
    assert inert("SELECT 1").count("SELECT 1\n::") == 1
