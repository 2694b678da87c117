from __future__ import annotations

from pathlib import Path

import pytest
from assay.errors import UsageError
from assay.model import Finding, Origin, Severity
from assay.style import Linter
from msgspec.structs import replace

from .support import PATH, codes, written

SQL = "SELECT  Abc, def FROM t"


class Project:
    """A project with a sqlfluff configuration, and the linter to try it with."""

    def __init__(self, linter: Linter, base: Path, root: Path) -> None:
        self.linter, self.base, self.root = linter, base, root
        (root / PATH).parent.mkdir(parents=True)

    def configure(self, text: str, name: str = ".sqlfluff") -> Project:
        (self.root / name).write_text(text)
        return self

    def lint(self, *sql: str, origin: Origin = "written") -> list[Finding]:
        path = (self.root.relative_to(self.base) / PATH).as_posix()
        return self.linter.lint([replace(written(text, origin=origin), path=path) for text in sql or (SQL,)])


@pytest.fixture
def project(linter: Linter, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(linter, tmp_path_factory.getbasetemp(), tmp_path)


def told(findings: list[Finding]) -> list[tuple[str, Severity]]:
    return [(f.rule, f.severity) for f in findings]


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
def test_the_users_configuration_is_honoured(project: Project, name: str, text: str) -> None:
    assert told(project.configure(text, name).lint()) == [("LT01", Severity.ERROR)]


def test_the_working_directory_does_not_matter(
    project: Project, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.configure("[sqlfluff]\nrules = LT01\n")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / ".sqlfluff").write_text("[sqlfluff]\nrules = CP02\n")
    monkeypatch.chdir(elsewhere)
    project.linter.close()  # the next worker starts here
    assert told(project.lint()) == [("LT01", Severity.ERROR)]


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
def test_nothing_is_skipped(project: Project, text: str, expected: list[tuple[str, Severity]]) -> None:
    project.configure(f"[sqlfluff]\n{text}\nrules = LT01\n").configure("**\n", ".sqlfluffignore")
    assert told(project.lint()) == expected


def test_postgresql_is_read_whatever_the_dialect(project: Project) -> None:
    project.configure("[sqlfluff]\ndialect = mysql\n")
    assert project.lint("SELECT a::INTEGER AS b FROM t\nWHERE c ~ '^x'") == []


def test_a_statement_has_no_end_of_file(project: Project) -> None:
    project.configure(
        "[sqlfluff]\nrules = CV06, LT12, LT13\n[sqlfluff:rules:convention.terminator]\n"
        "require_final_semicolon = True\nmultiline_newline = True\n"
    )
    assert project.lint("SELECT 1\nFROM t") == []


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
    project: Project, name: str, text: str, problem: str
) -> None:
    project.configure(text, name)
    with pytest.raises(UsageError) as caught:
        project.lint()
    assert str(project.root / name) in caught.value.message
    assert problem in caught.value.message


def test_an_unknown_rule_is_told_once(project: Project) -> None:
    found = project.configure("[sqlfluff]\nexclude_rules = LT99\nrules = LT01\n").lint(SQL, "SELECT 1")
    assert sorted(codes(found)) == ["LT01", "sqlfluff-warning"]
    (warning,) = [f for f in found if f.rule == "sqlfluff-warning"]
    assert "LT99" in warning.message
    assert warning.path is None


@pytest.mark.parametrize(
    ("setting", "expected"), [("exclude_rules = RF05", []), ("rules = references", ["RF05"])]
)
def test_generated_sql_is_subject_to_the_users_rules(
    project: Project, setting: str, expected: list[str]
) -> None:
    project.configure(f"[sqlfluff]\n{setting}\n")
    assert codes(project.lint('CREATE TABLE "my-table" (a INTEGER)', origin="generated")) == expected


def test_sqlfluffs_lock_rules_count_for_generated_sql_where_they_are_on(project: Project) -> None:
    index = "CREATE INDEX ix_t ON t (a)"
    assert project.lint(index, origin="generated") == []
    project.configure("[sqlfluff:rules:postgres.excessive_locks]\nforce_enable = True\n")
    assert codes(project.lint(index, origin="generated")) == ["PG01"]
