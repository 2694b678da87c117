from __future__ import annotations

import pytest
from assay.model import Span, Statement
from assay.style._text import place, readings
from hypothesis import assume, given
from hypothesis import strategies as st

from .support import PATH, block, generated, written

DOOR = 'op.execute("""'


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        pytest.param(
            f'    {DOOR}\n        SELECT 1\n        FROM t\n    """)', ["SELECT 1\nFROM t\n"], id="block"
        ),
        pytest.param(
            f'{DOOR}\n    SELECT\n        1\n    FROM t\n""")', ["SELECT\n    1\nFROM t\n"], id="nested"
        ),
        pytest.param(f'{DOOR}\nSELECT\n    1\n""")', ["SELECT\n    1\n"], id="block-at-column-0"),
        pytest.param(
            f'    {DOOR}SELECT 1\n        FROM t""")',
            ["SELECT 1\nFROM t\n", "SELECT 1\n        FROM t\n"],
            id="begins-behind-the-quote",
        ),
        pytest.param(
            f'{DOOR}\n    SELECT $$\nraw\n    $$\n""")', ["SELECT $$\nraw\n$$\n"], id="less-than-the-margin"
        ),
        pytest.param(f'{DOOR}\n\tSELECT 1\n\tFROM t\n""")', ["SELECT 1\nFROM t\n"], id="tabs"),
        pytest.param(
            f'{DOOR}\n    SELECT 1\n\tFROM t\n""")', ["SELECT 1\n\tFROM t\n"], id="tabs-and-spaces-differ"
        ),
        pytest.param(f'{DOOR}\n    SELECT 1\n\n    FROM t\n""")', ["SELECT 1\n\nFROM t\n"], id="blank-line"),
        pytest.param(f'{DOOR}SELECT 1""")', ["SELECT 1\n"], id="one-line"),
    ],
)
def test_indentation_that_belongs_to_python_is_taken_off(source: str, texts: list[str]) -> None:
    found = readings(block(source), source.split("\n"))
    assert [reading.text for reading in found] == texts


def test_text_put_together_at_run_time_has_two_readings() -> None:
    found = readings(written("SELECT 1\n    FROM t"), ())
    assert [reading.text for reading in found] == ["SELECT 1\nFROM t\n", "SELECT 1\n    FROM t\n"]


def test_generated_text_is_left_alone() -> None:
    assert [r.text for r in readings(generated("CREATE TABLE t (\n\ta INTEGER\n)"), ())] == [
        "CREATE TABLE t (\n\ta INTEGER\n)\n"
    ]


def test_line_ends_and_surrogates_do_not_move_positions() -> None:
    sql = "SELECT 1,\r\n'\ud800' \rAS a"
    (text, *_) = [reading.text for reading in readings(written(sql), ())]
    assert text == "SELECT 1,\n'?'  AS a\n"


@pytest.mark.parametrize(
    ("source", "sql", "span", "column", "expected"),
    [
        pytest.param('x("SELECT 1")', "SELECT 1", Span(1, 3), 8, (1, 11), id="plain"),
        pytest.param(
            r'x("SELECT \'a\', b")', "SELECT 'a', b", Span(1, 3), 13, (1, None), id="behind-an-escape"
        ),
        pytest.param(r'x("SELECT \'a\', b")', "SELECT 'a', b", Span(1, 3), 8, (1, 11), id="before-an-escape"),
        pytest.param('x("SELECT " + a)', "SELECT abc", Span(1, 3), 10, (1, None), id="behind-the-literal"),
        pytest.param('x("SELECT 1")', "SELECT 1", Span(1, None), 8, (1, None), id="no-column-known"),
        pytest.param('x("SELECT 1")', "SELECT 1", Span(9, 3), 8, (9, None), id="line-beyond-the-file"),
        pytest.param('x("é™ 1")', "é™ 1", Span(1, 3), 4, (1, 7), id="characters-not-bytes"),
    ],
)
def test_place(source: str, sql: str, span: Span, column: int, expected: tuple[int, int | None]) -> None:
    statement = Statement("upgrade", sql, PATH, 1, True, "written", (span,))
    (reading,) = readings(statement, [source])
    assert place(statement, reading, [source], 1, column) == expected


LINE = st.text(st.characters(exclude_characters='\r\n"\\', exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.lists(LINE, min_size=1, max_size=6), st.integers(0, 8), st.booleans())
def test_every_position_leads_back_to_its_own_character(
    lines: list[str], indent: int, behind_quote: bool
) -> None:
    body = ("\n" + " " * indent).join(lines)
    start = "" if behind_quote else "\n" + " " * indent
    source = f'    op.execute("""{start}{body}""")'
    assume(body.strip())
    statement = block(source)
    file = source.split("\n")
    for reading in readings(statement, file):
        for number, line in enumerate(reading.text.removesuffix("\n").split("\n"), 1):
            for column, character in enumerate(line, 1):
                at, there = place(statement, reading, file, number, column)
                assert there is not None
                assert file[at - 1][there - 1] == character
