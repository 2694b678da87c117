"""What a person sees: exact text, in a pipe and in colour, and nothing that could steer a terminal."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from assay.catalog import Catalog
from assay.errors import ExitCode
from assay.model import Finding, Revision, Severity, Span, Statement
from assay.report import ColorChoice, Format, Report, RevisionReport, Waived, emit, emit_sql, emit_trace
from assay.trace import LostValue, RoundTrip, SqlError, Step
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

PATH = "migrations/versions/0007_quarter.py"
SOURCE = '''"""Check the quarter"""
revision = "0007"

def upgrade():
\top.execute("ALTER TABLE metrics ADD CONSTRAINT q CHECK (quarter BETWEEN 1 AND 4)")
    op.execute("""
      UPDATE metrics SET x = 'a\x1b[31mb'
        WHERE 表 = 1  -- why """)
'''
REVISION = Revision("0007", PATH, SOURCE.encode(), ("0006",), message="Check the quarter", new=True)
RATES = Revision("0008", "migrations/versions/0008_rates.py", b"", ("0007",), message="Add rates", new=True)
CHECK = "ALTER TABLE metrics ADD CONSTRAINT q CHECK (quarter BETWEEN 1 AND 4)"
UPDATE = "UPDATE metrics SET x = 'a\x1b[31mb'\n  WHERE 表 = 1  -- why"
DROP = "ALTER TABLE metrics DROP CONSTRAINT q"
STATEMENTS = (
    Statement("upgrade", CHECK, PATH, 5, True, "generated", (Span(5),)),
    Statement("upgrade", UPDATE, PATH, 6, False, "written", (Span(7, 6), Span(8, 6))),
    Statement("downgrade", DROP, PATH, 12, True, "generated", (Span(12),)),
)
WIDE = Finding(
    "LT01",
    "style",
    Severity.WARNING,
    "Expected only single space before naked identifier, and this goes on for longer than a line.",
    "Run `sqlfluff fix`, or accept it in a comment at the statement, giving the reason why.",
    "0007",
    PATH,
    8,
    18,
)
BLOCK = Finding(
    "online-only-revision",
    "craft",
    Severity.ERROR,
    "It reads the database\x1b[2J.\nSecond line.",
    "Write it so:\n    op.execute('x')\n\tdone",
    "0007",
    PATH,
    5,
)
LOOSE = Finding("multiple-heads", "history", Severity.ERROR, "Two heads: `a`, `b`.", "alembic merge heads")
REPORT = Report(
    "lint",
    (RevisionReport(REVISION, STATEMENTS, "project"), RevisionReport(RATES)),
    (WIDE, BLOCK, LOOSE),
    (Waived(WIDE, "it is fine"),),
    "origin/main",
    ("0008",),
    notes=("The built-in env.py stood in.",),
    seconds=0.83,
)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


def text(report: Report, color: ColorChoice = "auto", fail_on: Severity = Severity.ERROR) -> str:
    out = io.StringIO()
    emit(report, color=color, fail_on=fail_on, stdout=out)
    return out.getvalue()


PIPED = """ok 0008  Add rates  migrations/versions/0008_rates.py

history

  error[multiple-heads]: Two heads: `a`, `b`.
   = alembic merge heads

0007  Check the quarter  migrations/versions/0007_quarter.py

  error[online-only-revision]: It reads the database\\x1b[2J.
    Second line.
   --> migrations/versions/0007_quarter.py:5
  5 |     op.execute("ALTER TABLE metrics ADD CONSTRAINT q CHECK (quarter BETWEEN 1 AND 4)")
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    = Write it so:
          op.execute('x')
          done

  warning[LT01]: Expected only single space before naked identifier, and this goes on for longer than a line.
   --> migrations/versions/0007_quarter.py:8:18
  8 |         WHERE 表 = 1  -- why ''')
    |                   ^
    = Run `sqlfluff fix`, or accept it in a comment at the statement, giving the reason why.

waived[LT01] migrations/versions/0007_quarter.py:8:18: it is fine
note: The built-in env.py stood in.

Failed: 2 errors, 1 warning in 2 revisions, 3 statements (0.8 s).\
 Read more: assay explain online-only-revision
""".replace("'''", '"""')


def test_in_a_pipe() -> None:
    assert text(replace(REPORT, findings=(WIDE, BLOCK, LOOSE))) == PIPED


NOTHING_THERE = Catalog(())
LEFT = [LostValue("rates", name, n) for n, name in enumerate(("a", "b", None, "c"), 1)]
TRIPS = {
    "0007": RoundTrip(
        Step(REVISION, "upgrade", after=NOTHING_THERE, refused_rows=SqlError("23502", "x\x1b is null")),
        Step(REVISION, "downgrade", after=NOTHING_THERE),
    ),
    "0008": RoundTrip(
        Step(RATES, "upgrade", after=NOTHING_THERE, refused_rows=SqlError("", "ValueError: no")),
        Step(RATES, "downgrade", after=NOTHING_THERE),
        changed=tuple(LEFT),
    ),
    "0009": RoundTrip(Step(RATES, "upgrade", error="no", refused_rows=SqlError("23502", "told as failing"))),
}
RAN = Report(
    "check",
    tuple(
        RevisionReport(replace(REVISION, id=name, path=f"{name}.py"), trip=trip)
        for name, trip in TRIPS.items()
    ),
)
ROWS_TOLD = """ok 0007  Check the quarter  0007.py
ok 0008  Check the quarter  0008.py
ok 0009  Check the quarter  0009.py

note: Ran on empty tables only, for with synthetic rows in them it fails: 0007 (x\\x1b is null, 23502),\
 0008 (ValueError: no).
note: The way back does not take back what was written: 0008 (1 value of rates.a, 2 values of rates.b,\
 3 rows of rates, 1 more).

All good: 3 revisions.
"""
ROWS_TRACED = """0007  Check the quarter  0007.py
  round trip: clean
    on empty tables only: with rows in them it fails: x\\x1b is null, 23502

0008  Check the quarter  0008.py
  round trip: clean
    on empty tables only: with rows in them it fails: ValueError: no
    written and not taken back: 1 value of rates.a, 2 values of rates.b, 3 rows of rates, 1 more

0009  Check the quarter  0009.py
  round trip: the upgrade fails: no

ok 0007  Check the quarter  0007.py
ok 0008  Check the quarter  0008.py
ok 0009  Check the quarter  0009.py
All good: 3 revisions.
"""


def test_what_rows_showed_is_told_once() -> None:
    assert text(RAN) == ROWS_TOLD
    out = io.StringIO()
    emit_trace(RAN, stdout=out)
    assert out.getvalue() == ROWS_TRACED


COLOURED = """
0007  Check the quarter  migrations/versions/0007_quarter.py

  error[online-only-revision]: It reads the database\\x1b[2J.
    Second line.
   --> migrations/versions/0007_quarter.py:5
  5 │     op.execute("ALTER TABLE metrics ADD CONSTRAINT q CHECK (quarter...
    │     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    = Write it so:
          op.execute('x')
          done

  warning[LT01]: Expected only single space before naked identifier, and this
    goes on for longer than a line.
   --> migrations/versions/0007_quarter.py:8:18
  8 │         WHERE 表 = 1  -- why \""")
    │                   ^
    = Run `sqlfluff fix`, or accept it in a comment at the statement, giving the
      reason why.
"""


def test_in_colour_at_80_columns() -> None:
    shown = text(REPORT, "always")
    assert "\x1b[1;31m  error\x1b[0m\x1b[1m[online-only-revision]\x1b[0m: It reads" in shown
    assert "\x1b[1;32m✓ \x1b[0m\x1b[1m0008\x1b[0m  Add rates" in shown
    assert COLOURED in re.sub(r"\x1b\[[\d;]*m", "", shown)


def test_the_verdict_lines() -> None:
    base = Report("lint", base="origin/main", seconds=0.04)
    assert text(base) == "Nothing new against origin/main: nothing to check (0.0 s).\n"
    assert text(Report("lint")) == "Nothing new: nothing to check.\n"
    good = replace(REPORT, findings=(), waived=(), notes=(), seconds=1.26)
    assert text(good).splitlines()[-1] == "All good: 2 revisions, 3 statements (1.3 s)."
    warned = replace(good, findings=(WIDE,), seconds=None)
    last = "1 warning in 2 revisions, 3 statements. Read more: assay explain LT01"
    assert text(warned).splitlines()[-1] == f"Passed: {last}"
    assert text(warned, fail_on=Severity.WARNING).splitlines()[-1] == f"Failed: {last}"


def test_exit_codes() -> None:
    out = io.StringIO()
    assert emit(REPORT, stdout=out) is ExitCode.FINDINGS
    assert emit(replace(REPORT, findings=(WIDE,)), stdout=out) is ExitCode.OK
    assert emit(replace(REPORT, findings=(WIDE,)), fail_on=Severity.NOTE, stdout=out) is ExitCode.FINDINGS


def test_many_clean_revisions_are_counted_not_listed() -> None:
    many = tuple(RevisionReport(replace(RATES, id=str(n), path=f"v/{n}.py")) for n in range(1000))
    assert text(Report("history", many)) == "All good: 1,000 revisions.\n"


def test_two_files_with_one_id_keep_their_own_findings() -> None:
    twin = replace(REVISION, path="other/0007.py", source=b"revision = '0007'\n")
    findings = tuple(replace(LOOSE, revision="0007", path=p, line=1) for p in (PATH, twin.path))
    shown = text(Report("history", (RevisionReport(REVISION), RevisionReport(twin)), findings))
    assert [line for line in shown.splitlines() if line.startswith(("0007", "   -->"))] == [
        f"0007  Check the quarter  {PATH}",
        f"   --> {PATH}:1",
        "0007  Check the quarter  other/0007.py",
        "   --> other/0007.py:1",
    ]


def test_paths_are_told_from_where_the_user_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert f"--> ../{PATH}:8:18" in text(replace(REPORT, root=tmp_path))


def test_other_files_are_quoted_from_sources() -> None:
    finding = replace(LOOSE, path="models/company.py", line=2)
    shown = text(Report("models", findings=(finding,), sources={"models/company.py": "a\n  b = 1\n"}))
    assert "  2 |   b = 1\n    |   ^^^^^\n" in shown


@pytest.mark.parametrize(
    ("variables", "terminal", "color", "coloured"),
    [
        ({}, False, "auto", False),
        ({}, True, "auto", True),
        ({"TERM": "dumb"}, True, "auto", False),
        ({"NO_COLOR": "1"}, True, "auto", False),
        ({"FORCE_COLOR": "1"}, False, "auto", True),
        ({"FORCE_COLOR": "0"}, False, "auto", False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, "auto", False),
        ({"NO_COLOR": "1"}, False, "always", True),
        ({"FORCE_COLOR": "1"}, True, "never", False),
    ],
)
def test_when_there_is_colour(
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    terminal: bool,
    color: ColorChoice,
    coloured: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    out = io.StringIO()
    monkeypatch.setattr(out, "isatty", lambda: terminal)
    emit(REPORT, color=color, stdout=out)
    assert ("\x1b[" in out.getvalue()) is coloured


@pytest.mark.parametrize("color", ["never", "always"])
def test_an_encoding_that_lacks_a_character_does_not_crash(color: ColorChoice) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    emit(REPORT, color=color, stdout=out)
    emit_sql(REPORT, color=color, stdout=out, stderr=io.StringIO())
    out.flush()
    assert rb"WHERE \u8868 = 1" in raw.getvalue() or rb"\u8868" in raw.getvalue()


HOSTILE = st.text(st.characters() | st.sampled_from("\x1b\x07\x9b\u202e\u2066\u200f\r\n\t\ud800\u2028"))
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


@settings(max_examples=60, deadline=None)
@given(
    HOSTILE, HOSTILE, st.integers(-1, 9), st.none() | st.integers(-1, 99), st.sampled_from(("text", "json"))
)
def test_hostile_text_never_reaches_the_terminal_raw(
    one: str, two: str, line: int, column: int | None, how: Format
) -> None:
    source = f"{one}\n{two}\n{one * 40}".encode("utf-8", "replace")
    revision = replace(REVISION, id=two, path=one, message=two, source=source)
    finding = Finding(two, one, Severity.NOTE, one, two, two, one, line, column)
    statement = Statement("upgrade", two, one, 1, False, "written", ())
    report = Report(
        "lint",
        (RevisionReport(revision, (statement,)),),
        (finding,),
        (Waived(finding, two),),
        one,
        notes=(two,),
    )
    for color in ("never", "always"):
        out, err = io.StringIO(), io.StringIO()
        emit(report, color=color, format=how, stdout=out)
        if color == "always":
            emit_sql(report, color=color, stdout=out, stderr=err)
        shown = re.sub(r"\x1b\[[\d;]*m", "", out.getvalue() + err.getvalue())
        assert not STEERING.search(shown)
        shown.encode("utf-8")


def sql(color: ColorChoice = "never", **how: object) -> str:
    out, err = io.StringIO(), io.StringIO()
    report = replace(REPORT, findings=(), waived=(), notes=())
    emit_sql(report, color=color, stdout=out, stderr=err, **how)  # type: ignore[arg-type]
    assert err.getvalue() == ""
    return out.getvalue()


def test_sql_in_a_pipe_is_sql_that_runs() -> None:
    assert sql(direction="both") == (
        "-- 0007, upgrade: Check the quarter\n\nBEGIN;\n\n"
        f"-- {PATH}:5 (generated)\n{CHECK};\n\nCOMMIT;\n\n"
        f"-- outside a transaction\n\n-- {PATH}:6 (written)\n{UPDATE}\n;\n\n"
        "-- 0008, upgrade: Add rates\n-- migrations/versions/0008_rates.py: no statements\n\n"
        "-- 0008, downgrade: Add rates\n-- migrations/versions/0008_rates.py: no statements\n\n"
        f"-- 0007, downgrade: Check the quarter\n\nBEGIN;\n\n-- {PATH}:12 (generated)\n{DROP};\n\nCOMMIT;\n\n"
    )


def test_a_message_cannot_leave_its_comment() -> None:
    revision = replace(REVISION, message="x\nDROP TABLE companies;")
    out = io.StringIO()
    emit_sql(Report("sql", (RevisionReport(revision),)), color="never", stdout=out, stderr=io.StringIO())
    assert out.getvalue().startswith("-- 0007, upgrade: x\\nDROP TABLE companies;\n--")


def test_sql_on_a_terminal_stands_beside_its_lines() -> None:
    coloured = sql("always")
    assert "\x1b[1;34mALTER\x1b[0m \x1b[1;34mTABLE\x1b[0m metrics" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == (
        "0007  Check the quarter  upgrade\n"
        f"{PATH}\n"
        "               BEGIN\n"
        f"  5 generated │ {CHECK};\n"
        "               COMMIT\n"
        "               outside a transaction\n"
        "  7 written   │ UPDATE metrics SET x = 'a\\x1b[31mb'\n"
        "  8           │   WHERE 表 = 1  -- why\n"
        "              │ ;\n"
        "\n"
        "0008  Add rates  upgrade\n"
        "migrations/versions/0008_rates.py\n"
        "  no statements\n"
    )


def test_sql_that_could_not_be_rendered_is_not_called_empty() -> None:
    out = io.StringIO()
    report = Report("sql", (RevisionReport(RATES, failed=("upgrade",)),))
    emit_sql(report, direction="both", stdout=out, stderr=io.StringIO())
    assert [line.partition(": ")[2] for line in out.getvalue().splitlines()[1::3]] == [
        "could not be rendered",
        "no statements",
    ]


def test_what_belongs_to_no_revision_stands_under_its_file_and_shows_no_password() -> None:
    finding = Finding(
        "unusable-env", "craft", Severity.NOTE, "It raised.", "", path="env.py", line=1, column=9
    )
    source = 'engine = create_engine("postgresql://u:hunter2@h/d")\n'
    assert text(Report("check", findings=(finding,), sources={"env.py": source}), color="never") == (
        "env.py\n\n"
        "  note[unusable-env]: It raised.\n"
        "   --> env.py:1:9\n"
        '  1 | engine = create_engine("postgresql://***@h/d")\n'
        f"    | {'^' * 46}\n\n"
        "Passed: 1 note. Read more: assay explain unusable-env\n"
    )


def test_findings_of_sql_go_to_stderr() -> None:
    out, err = io.StringIO(), io.StringIO()
    assert emit_sql(REPORT, color="never", stdout=out, stderr=err) is ExitCode.FINDINGS
    assert err.getvalue() == PIPED
    assert "error[" not in out.getvalue()
