from __future__ import annotations

import pytest
from assay.model import Finding, Severity
from assay.style import Linter, sqlfluff_name

from .support import PATH, block, codes, revision, written

WIDE = "SELECT\n" + ",\n".join(f"    column_{n}" for n in range(2_500)) + "\nFROM account"

HOSTILE = [
    pytest.param("", [], id="empty"),
    pytest.param("-- a comment only", [], id="comment-only"),
    pytest.param("/* a block\n   comment */", [], id="block-comment-only"),
    pytest.param("SELECT '{% if %}' AS a", [], id="jinja-block"),
    pytest.param("SELECT '{{ x }}' AS a", [], id="jinja-expression"),
    pytest.param(WIDE, [], id="25-kB"),
    pytest.param("DO $body$\nBEGIN\n  perform 1 ;\nEND\n$body$", [], id="dollar-quoting"),
    pytest.param("SELECT 'a %% b' AS a", [], id="doubled-percent"),
    pytest.param("SELECT a FROM t\nWHERE b = :name", [], id="bind"),
    pytest.param("SELECT 'naïve ☃ 𝄞' AS größe", [], id="unicode"),
    pytest.param("SELECT a\r\nFROM t", [], id="crlf"),
    pytest.param("SELECT\ta", ["LT01"], id="tab"),
    pytest.param("SELECT '\ud800' AS a", [], id="surrogate"),
    pytest.param("SELECT 1 AS a;\nSELECT 2 AS b", [], id="two-statements"),
    pytest.param("SELECT {{ x }}", ["unparsable-sql"], id="jinja-is-no-sql"),
    pytest.param("SELECT a FROM t\nWHERE b = %(b)s", ["unparsable-sql"], id="unrendered-bind"),
    pytest.param("SELEC 1", ["unparsable-sql"], id="misspelt"),
    pytest.param("SELECT ((((", ["unparsable-sql"], id="open-brackets"),
    pytest.param("SELECT a FROM t; SELEC b; select  C", ["unparsable-sql"], id="only-once"),
    pytest.param("select  1;\nSELEC b", ["LT01", "unparsable-sql"], id="before-it-is-checked"),
    pytest.param("SELECT a; DELETE FROM ~~~ WHERE  B=1", ["unparsable-sql"], id="behind-it-is-not"),
    pytest.param("\x00", ["unparsable-sql"], id="nul"),
]


def lint(linter: Linter, sql: str) -> list[Finding]:
    return linter.lint([written(sql)])


@pytest.mark.parametrize(("sql", "expected"), HOSTILE)
def test_hostile_text(linter: Linter, sql: str, expected: list[str]) -> None:
    assert codes(lint(linter, sql)) == expected


def test_what_sqlfluff_cannot_read_is_a_note(linter: Linter) -> None:
    (finding,) = lint(linter, "SELECT a FROM t\nWHERE ~~~")
    assert finding.severity is Severity.NOTE
    assert "was not checked" in finding.message


def test_a_finding_stands_at_its_place_in_the_file(linter: Linter) -> None:
    source = 'def upgrade():\n    op.execute("""\n        UPDATE t SET  a = 1\n        WHERE b=2\n    """)\n'
    found = linter.lint([block(source)], [revision(source)])
    assert [(f.rule, f.line, f.column) for f in found] == [("LT01", 3, 21), ("LT01", 4, 16), ("LT01", 4, 17)]
    assert found[0] == Finding(
        rule="LT01",
        group="style",
        severity=Severity.ERROR,
        message="layout.spacing: Expected only single space before naked identifier. Found '  '.",
        advice="Write: UPDATE t SET a = 1",
        revision="r1",
        path=PATH,
        line=3,
        column=21,
    )
    assert {f.advice for f in found[1:]} == {"Write: WHERE b = 2"}


def test_two_mends_at_one_place_make_one_space(linter: Linter) -> None:
    found = lint(linter, "DELETE FROM t\nWHERE b=NULL")
    assert {f.advice for f in found if f.rule in ("CV05", "LT01")} == {"Write: WHERE b IS NULL"}


def test_without_a_fix_the_advice_is_the_rules_page(linter: Linter) -> None:
    (finding,) = lint(linter, "SELECT * FROM t")
    assert finding.advice == "What it asks for: https://docs.sqlfluff.com/en/stable/perma/rule/AM04.html"
    assert sqlfluff_name(finding) == "ambiguous.column_count"


def test_without_a_column_the_message_quotes_the_sql(linter: Linter) -> None:
    (finding,) = lint(linter, "SELECT a FROM t\nwhere b = 1")
    assert (finding.line, finding.column) == (1, None)
    assert finding.message.endswith("In: where")


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT\n    a,\n    b\nFROM t", id="relative-to-the-first-line"),
        pytest.param("UPDATE t\n        SET a = 1\n        WHERE b = 2", id="indented-with-python"),
    ],
)
def test_the_kinder_reading_counts(linter: Linter, sql: str) -> None:
    assert lint(linter, sql) == []


def test_the_same_finding_at_the_same_place_is_told_once(linter: Linter) -> None:
    statements = [written(f"SELECT  {name}") for name in ("a", "a", "b")]
    assert codes(linter.lint(statements)) == ["LT01"]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param("SELECT  1 -- noqa", [], id="all"),
        pytest.param("SELECT  1 -- noqa: LT01", [], id="code"),
        pytest.param("SELECT  1 -- noqa: layout.spacing", [], id="name"),
        pytest.param("SELECT  1 -- noqa: CP01", ["LT01", "unused-noqa"], id="another-rule"),
        pytest.param("-- noqa: disable=all\nSELECT  1", [], id="disable-all"),
        pytest.param("SELECT 1 -- noqa: LT01", ["unused-noqa"], id="unused"),
        pytest.param("SELECT  1 -- noqa(LT01)", ["LT01", "malformed-noqa"], id="malformed"),
        pytest.param("SELEC 1 -- noqa: PRS", [], id="unparsable"),
    ],
)
def test_noqa(linter: Linter, sql: str, expected: list[str]) -> None:
    assert codes(lint(linter, sql)) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param("-- sqlfluff:exclude_rules:LT01\nSELECT  1", [], id="followed"),
        pytest.param("-- sqlfluff:dialect:tsql\nSELECT now() AT TIME ZONE 'UTC'", [], id="dialect-stays"),
        pytest.param("-- sqlfluff:ignore:parsing\nSELEC 1", ["unparsable-sql"], id="nothing-ignored"),
        pytest.param("-- sqlfluff:rules=LT01\nSELECT 1", ["sqlfluff-warning"], id="malformed"),
        pytest.param("-- sqlfluff:exclude_rules:XX99\nSELECT 1", ["sqlfluff-warning"], id="unknown-rule"),
    ],
)
def test_configuration_within_the_sql(linter: Linter, sql: str, expected: list[str]) -> None:
    assert codes(lint(linter, sql)) == expected


def test_a_remark_about_one_statement_is_not_repeated_for_the_next(linter: Linter) -> None:
    found = linter.lint([written("-- sqlfluff:rules=LT01\nSELECT 1"), written("SELECT 2", line=5)])
    assert [(f.rule, f.line) for f in found] == [("sqlfluff-warning", 1)]


def test_step_is_called_once_a_statement(linter: Linter) -> None:
    steps: list[None] = []
    linter.lint(
        [written("SELECT 1"), written("SELECT 1"), written("SELECT 2")], step=lambda: steps.append(None)
    )
    assert len(steps) == 3
