from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from assay.errors import UsageError
from assay.model import Severity
from assay.style import Linter

from .support import codes, generated, written

Make = Callable[..., Path]

SQL = "SELECT  Abc, def FROM t"


def lint(root: Path, sql: str = SQL, **_: object) -> list[tuple[str, Severity]]:
    with Linter(root, cache=False) as linter:
        return [(f.rule, f.severity) for f in linter.lint([written(sql)])]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(".sqlfluff", "[sqlfluff]\nrules = LT01\n", id="sqlfluff"),
        pytest.param("setup.cfg", "[sqlfluff]\nrules = LT01\n", id="setup-cfg"),
        pytest.param("tox.ini", "[sqlfluff]\nrules = LT01\n", id="tox-ini"),
        pytest.param("pyproject.toml", '[tool.sqlfluff.core]\nrules = "LT01"\n', id="pyproject"),
        pytest.param("migrations/.sqlfluff", "[sqlfluff]\nrules = LT01\n", id="in-between"),
    ],
)
def test_the_users_configuration_is_honoured(project: Make, name: str, text: str) -> None:
    assert lint(project(text, name)) == [("LT01", Severity.ERROR)]


def test_the_working_directory_does_not_matter(
    project: Make, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project("[sqlfluff]\nrules = LT01\n")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / ".sqlfluff").write_text("[sqlfluff]\nrules = CP02\n")
    monkeypatch.chdir(elsewhere)
    assert lint(root) == [("LT01", Severity.ERROR)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("dialect = bigquery", [("LT01", Severity.ERROR)], id="dialect"),
        pytest.param("templater = dbt", [("LT01", Severity.ERROR)], id="templater"),
        pytest.param("large_file_skip_byte_limit = 1", [("LT01", Severity.ERROR)], id="byte-limit"),
        pytest.param("large_file_skip_char_limit = 1", [("LT01", Severity.ERROR)], id="char-limit"),
        pytest.param("ignore = linting,parsing", [("LT01", Severity.ERROR)], id="ignore"),
        pytest.param("processes = 0", [("LT01", Severity.ERROR)], id="processes"),
        pytest.param("warnings = LT01", [("LT01", Severity.WARNING)], id="warnings"),
        pytest.param("warnings = layout.spacing", [("LT01", Severity.WARNING)], id="warnings-by-name"),
        pytest.param("encoding = no-such", [("LT01", Severity.ERROR)], id="encoding"),
    ],
)
def test_nothing_is_skipped(project: Make, text: str, expected: list[tuple[str, Severity]]) -> None:
    root = project(f"[sqlfluff]\n{text}\nrules = LT01\n")
    (root / ".sqlfluffignore").write_text("**\n")
    assert lint(root) == expected


def test_postgresql_is_read_whatever_the_dialect(project: Make) -> None:
    root = project("[sqlfluff]\ndialect = mysql\n")
    assert lint(root, "SELECT a::INTEGER AS b FROM t\nWHERE c ~ '^x'") == []


def test_a_statement_has_no_end_of_file(project: Make) -> None:
    root = project(
        "[sqlfluff]\nrules = CV06, LT12, LT13\n[sqlfluff:rules:convention.terminator]\n"
        "require_final_semicolon = True\nmultiline_newline = True\n"
    )
    assert lint(root, "SELECT 1\nFROM t") == []


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        pytest.param(".sqlfluff", "rules = LT01\n", "no section headers", id="no-section"),
        pytest.param(".sqlfluff", "[sqlfluff]\nmax_parse_depth = deep\n", "max_parse_depth", id="wrong-type"),
        pytest.param("pyproject.toml", "[tool.sqlfluff\n", "Failed to parse TOML", id="broken-toml"),
        pytest.param(
            ".sqlfluff",
            "[sqlfluff:rules:capitalisation.keywords]\ncapitalisation_policy = shouting\n",
            "capitalisation_policy",
            id="wrong-option",
        ),
        pytest.param(
            ".sqlfluff", "[sqlfluff:layout:type:comma]\nspacing = none\n", "Layout config", id="wrong-layout"
        ),
    ],
)
def test_an_invalid_configuration_is_the_users_to_mend(
    project: Make, name: str, text: str, problem: str
) -> None:
    root = project(text, name)
    with pytest.raises(UsageError) as caught:
        lint(root)
    assert str(root / name) in caught.value.message
    assert problem in caught.value.message


def test_an_unknown_rule_is_told(project: Make) -> None:
    root = project("[sqlfluff]\nexclude_rules = LT99\nrules = LT01\n")
    with Linter(root, cache=False) as linter:
        found = linter.lint([written(SQL), written("SELECT 1")])
    assert codes(found) == ["LT01", "sqlfluff-warning"] or codes(found) == ["sqlfluff-warning", "LT01"]
    (told,) = [f for f in found if f.rule == "sqlfluff-warning"]
    assert "LT99" in told.message
    assert told.path is None


def test_generated_sql_is_subject_to_the_users_rules(project: Make) -> None:
    sql = 'CREATE TABLE "my-table" (a INTEGER)'
    root = project("[sqlfluff]\nexclude_rules = RF05\n")
    with Linter(root, cache=False) as linter:
        assert linter.lint([generated(sql)]) == []
    root = project("[sqlfluff]\nrules = references\n")
    with Linter(root, cache=False) as linter:
        assert codes(linter.lint([generated(sql)])) == ["RF05"]
