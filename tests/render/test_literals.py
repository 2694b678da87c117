"""Reading a literal's own source gives its value, and for each character the place that holds it."""

from __future__ import annotations

import ast

from assay.render.literals import read_literal
from assay.render.locate import SourceMap
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\0") | st.sampled_from("\n\v\x85\u2028"), max_size=30
)


def _literal(value: str, quote: str, raw: bool) -> str | None:
    """Python source of a literal for `value` in a given dress, or None where it cannot wear that."""
    body = value if raw else value.replace("\\", "\\\\").replace(quote[0], "\\" + quote[0])
    if len(quote) == 1:
        body = body if raw else body.replace("\n", "\\n")
    source = f"{'r' if raw else ''}{quote}{body}{quote}"
    try:
        return source if ast.literal_eval(source) == value else None
    except (SyntaxError, ValueError):
        return None


@given(
    st.lists(
        st.tuples(TEXT, st.sampled_from(['"', "'", '"""', "'''"]), st.booleans()), min_size=1, max_size=3
    )
)
def test_the_value_is_what_python_reads(pieces: list[tuple[str, str, bool]]) -> None:
    literals = [source for piece in pieces if (source := _literal(*piece)) is not None]
    text = (
        f"x = (\n  {' # a comment with a quote: '.join(['', ''])}\n  "
        + "\n  ".join([*literals, '""'])
        + "\n)\n"
    )
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.Assign)
    (part,) = read_literal(node.value, [line + "\n" for line in text.split("\n")]).parts
    assert "".join(char.text for char in part) == ast.literal_eval(node.value)


@given(TEXT.filter(lambda t: t.strip() != ""), st.sampled_from(['"""', "'''"]))
def test_a_character_that_needs_no_escape_stands_where_it_is_said_to(value: str, quote: str) -> None:
    source = _literal(value, quote, raw=False)
    if source is None:
        return
    text = f"first = 1\nx = {source}\n"
    node = ast.parse(text).body[1]
    assert isinstance(node, ast.Assign)
    (part,) = read_literal(node.value, [line + "\n" for line in text.split("\n")]).parts
    rows = text.split("\n")
    for char in part:
        if char.text not in "\\'\"\n":
            assert rows[char.line - 1][char.column] == char.text


@given(TEXT, TEXT, st.sampled_from(["{t}", "{t!r:>{w}}", "{f('}')}", "{ {'a': 1}['a'] }", "{t}{t}"]))
def test_an_f_string_is_constant_pieces_around_its_holes(before: str, after: str, hole: str) -> None:
    def escape(text: str) -> str:
        return (
            text.replace("\\", "\\\\")
            .replace('"', '\\"')
            .replace("{", "{{")
            .replace("}", "}}")
            .replace("\n", "\\n")
        )

    text = f'x = f"{escape(before)}{hole}{escape(after)}"\n'
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.Assign)
    string = read_literal(node.value, [line + "\n" for line in text.split("\n")])
    assert ["".join(char.text for char in part) for part in string.parts] == (
        [before, "", after] if hole == "{t}{t}" else [before, after]
    )
    assert all(text[place.column] == "{" for place in string.holes)


@given(st.lists(st.text("abcXYZ019 ,()", min_size=1, max_size=20).filter(str.strip), min_size=1, max_size=6))
def test_every_line_of_a_triple_quoted_statement_is_found(rows: list[str]) -> None:
    body = "\n".join(rows)
    text = f'def upgrade():\n    op.execute("""\n{body}\n""")\n'
    spans = SourceMap(text).spans(body.strip() + ";", 2)
    lines = [n for n, row in enumerate(rows, start=3)]
    stripped = body.strip().split("\n")
    first = lines[0] + body[: len(body) - len(body.lstrip())].count("\n")
    assert [span.line for span in spans] == list(range(first, first + len(stripped)))
