from __future__ import annotations

import textwrap
from datetime import date

import pytest
from assay.config import PolicyWaiver
from assay.model import Finding, Revision, Severity
from assay.waivers import Policy, Waived, Waiver, apply
from hypothesis import given
from hypothesis import strategies as st

PATH = "migrations/versions/r1.py"
TODAY = date(2027, 1, 31)


def finding(line: int | None, rule: str = "LT01", path: str = PATH) -> Finding:
    group = "history" if rule == "multiple-heads" else "style"
    message = f"layout.spacing: found at {line}" if rule == "LT01" else f"found at {line}"
    return Finding(rule, group, Severity.ERROR, message, "mend it", "r1", path, line)


def waive(source: str, *findings: Finding, judged: tuple[str, ...] = ("style",)) -> Waived:
    revision = Revision(id="r1", path=PATH, source=textwrap.dedent(source).encode())
    return apply(findings, [revision], judged={PATH: judged}, today=TODAY)


def complaints(waived: Waived) -> list[tuple[str, int | None]]:
    return [(f.rule, f.line) for f in waived.findings if f.group == "craft"]


def covered(source: str) -> list[int]:
    """The lines of `source` on which a finding of LT01 is waived."""
    lines = range(1, source.count("\n") + 2)
    return [f.line or 0 for f, _ in waive(source, *(finding(line) for line in lines)).accepted]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        pytest.param("x()  # assay: waive LT01 -- y", [1], id="behind"),
        pytest.param("# assay: waive LT01 -- y\nx()\ny()", [2], id="above"),
        pytest.param("# assay: waive LT01 -- y\n# more words\nx()", [3], id="above-with-a-comment-between"),
        pytest.param('x("""\na\n""")  # assay: waive LT01 -- y\ny()', [1, 2, 3], id="behind-a-long-one"),
        pytest.param("x(\n    # assay: waive LT01 -- y\n    a,\n)", [1, 2, 3, 4], id="within"),
        pytest.param("x(); y()  # assay: waive LT01 -- y", [1], id="two-on-a-line"),
        pytest.param("def f():  # assay: waive LT01 -- y\n    x()\n    y()", [1], id="header-of-a-function"),
        pytest.param(
            "# assay: waive LT01 -- y\n@d\ndef f(\n  a=1,\n  b=2):\n    x()", [2, 3, 4, 5], id="decorated"
        ),
        pytest.param("# assay: waive LT01 -- y\nwith a as b:\n    x()\n    y()", [2], id="header-of-with"),
        pytest.param(
            "if a:\n    # assay: waive LT01 -- y\n    x()\nelse:\n    y()", [3], id="first-in-a-body"
        ),
        pytest.param("for a in b: x(\n    a)  # assay: waive LT01 -- y", [1, 2], id="one-line-loop"),
        pytest.param("match a:\n    case 1:\n        x()  # assay: waive LT01 -- y", [3], id="case"),
        pytest.param("#assay:waive LT01 -- y\nx()", [2], id="no-spaces"),
        pytest.param("# assay: waive CP01 LT01 -- y\nx()", [2], id="no-comma"),
        pytest.param("# assay: waive layout.spacing -- y\nx()", [2], id="by-name"),
        pytest.param("# assay: waive LT01 until=2027-01-31 owner=@data -- y\nx()", [2], id="last-day"),
        pytest.param("# assay: waive LT01 -- a -- b\nx()", [2], id="dashes-in-the-reason"),
        pytest.param("# assay: waive LT01 -- y\n\nx()", [], id="a-gap"),
        pytest.param("x('# assay: waive LT01 -- y')", [], id="in-a-string"),
        pytest.param('x("""\n# assay: waive LT01 -- y\n""")', [], id="in-a-long-string"),
        pytest.param("# assay: waive LT01 -- y\nx(", [], id="broken-python"),
    ],
)
def test_what_a_waiver_covers(source: str, lines: list[int]) -> None:
    assert covered(source) == lines


@pytest.mark.parametrize(
    ("comment", "rule", "message"),
    [
        pytest.param("waive LT01", "waiver-without-reason", "gives no reason", id="no-reason"),
        pytest.param("waive LT01 --", "waiver-without-reason", "gives no reason", id="empty-reason"),
        pytest.param("waive LT01 -- ...", "waiver-without-reason", "gives no reason", id="dots"),
        pytest.param("waive LT01 until=2027-01-30 -- y", "expired-waiver", "until 2027-01-30", id="expired"),
        pytest.param("waive -- y", "malformed-waiver", "names no rule", id="no-rule"),
        pytest.param("waiv LT01 -- y", "malformed-waiver", "'waiv', not `waive`", id="other-word"),
        pytest.param("", "malformed-waiver", "not `waive`", id="empty"),
        pytest.param(
            "waive unparsable-sqll -- y", "malformed-waiver", "Did you mean 'unparsable-sql'?", id="typo"
        ),
        pytest.param("waive lt01 -- y", "malformed-waiver", "Did you mean 'LT01'?", id="lower-case"),
        pytest.param("waive zzz! -- y", "malformed-waiver", "There is no rule 'zzz!'.", id="unknown"),
        pytest.param("waive style -- y", "malformed-waiver", "'style' is a group", id="group"),
        pytest.param("waive LT* -- y", "malformed-waiver", "no rule 'LT*'", id="wildcard"),
        pytest.param("waive LT01 untl=2027-02-01 -- y", "malformed-waiver", "mean 'until'?", id="option"),
        pytest.param(
            "waive LT01 until=soon -- y", "malformed-waiver", "`until=soon` is no date", id="no-date"
        ),
        pytest.param("waive LT01 until=2027-06-31 -- y", "malformed-waiver", "is no date", id="no-such-day"),
        pytest.param("waive LT01 until=20270601 -- y", "malformed-waiver", "is no date", id="other-form"),
        pytest.param("waive LT01 owner= -- y", "malformed-waiver", "`owner=` is empty", id="empty-option"),
        pytest.param("waive LT01 owner=a owner=b -- y", "malformed-waiver", "given twice", id="twice"),
    ],
)
def test_a_waiver_that_is_not_in_force(comment: str, rule: str, message: str) -> None:
    waived = waive(f"\n# assay: {comment}\nx()", finding(3))
    assert waived.accepted == ()
    original, complaint = waived.findings
    assert original == finding(3)
    assert (complaint.rule, complaint.path, complaint.line, complaint.revision) == (rule, PATH, 2, "r1")
    assert complaint.severity is Severity.ERROR
    assert message in complaint.message


def test_a_waiver_that_stands_at_nothing_is_told() -> None:
    assert complaints(waive("x()\n# assay: waive LT01 -- y\n")) == [("malformed-waiver", 2)]


def test_what_a_waiver_says_is_kept() -> None:
    source = "# assay: waive LT01, CP02 until=2027-02-01 owner=@data -- the vendor's own text\nx()"
    ((accepted, waiver),) = waive(source, finding(2), judged=()).accepted
    assert accepted == finding(2)
    assert isinstance(waiver, Waiver)
    assert (waiver.rules, waiver.reason, waiver.owner) == (("LT01", "CP02"), "the vendor's own text", "@data")
    assert (waiver.until, waiver.line, waiver.covers) == (date(2027, 2, 1), 1, range(2, 3))


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        pytest.param(("style",), [("unused-waiver", 1)], id="its-group"),
        pytest.param(("CP02",), [("unused-waiver", 1)], id="the-rule"),
        pytest.param(("history", "craft"), [], id="other-groups"),
        pytest.param((), [], id="nothing"),
    ],
)
def test_only_a_rule_that_was_judged_can_be_unused(
    judged: tuple[str, ...], expected: list[tuple[str, int]]
) -> None:
    waived = waive("# assay: waive LT01, CP02 -- y\nx()", finding(2), judged=judged)
    assert complaints(waived) == expected
    assert all(f.severity is Severity.WARNING for f in waived.findings)


def test_other_rules_lines_and_files_stand() -> None:
    others = (finding(3), finding(2, "CP01"), finding(2, path="other.py"), finding(None))
    waived = waive("# assay: waive LT01 -- y\nx()\ny()", *others, judged=())
    assert waived.findings == others


def test_a_file_that_python_cannot_read_has_no_waivers() -> None:
    revision = Revision(id="r1", path=PATH, source=b"# assay: waive LT01 -- \xff\nx()")
    assert apply([finding(2)], [revision], judged={}, today=TODAY).findings == (finding(2),)


WORDS = st.text(st.sampled_from("waive LT01 CP02 until= owner= -- ,=@-é2027-01-31\t"), max_size=40)


@given(WORDS)
def test_any_comment_is_a_waiver_or_told(words: str) -> None:
    """Never both, never neither; and the finding is never lost."""
    waived = waive(f"# assay: {words}\nx()", finding(2), judged=())
    kinds = {rule for rule, _ in complaints(waived)} | {"waived" for _ in waived.accepted}
    assert len(kinds) <= 1
    assert finding(2) in [*waived.findings, *(f for f, _ in waived.accepted)]


@given(
    st.lists(st.sampled_from(["LT01", "CP02", "layout.spacing", "unparsable-sql"]), min_size=1, unique=True),
    st.text(
        st.characters(exclude_characters="\r\n", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1
    ),
)
def test_a_well_formed_waiver_is_read_as_written(rules: list[str], reason: str) -> None:
    source = f"# assay: waive {', '.join(rules)} -- because {reason}\nx()"
    accepted = waive(source, finding(2), finding(2, "CP02"), finding(2, "unparsable-sql"), judged=()).accepted
    for _, waiver in accepted:
        assert isinstance(waiver, Waiver)
        assert waiver.rules == tuple(rules)
        assert waiver.reason == f"because {reason}".strip()
    assert len(accepted) == len({"LT01" if rule == "layout.spacing" else rule for rule in rules})


def entry(rule: str = "LT01", **given: object) -> PolicyWaiver:
    values = {"reason": "y", "owner": "@data", "expires": TODAY, "revision": "r1", "line": 7, **given}
    return PolicyWaiver(rule, **values)  # type: ignore[arg-type]


def waive_in_policy(
    waiver: PolicyWaiver, *findings: Finding, judged: tuple[str, ...] = ("style",), source: str = "x()"
) -> Waived:
    revision = Revision(id="r1", path=PATH, source=source.encode())
    policy = Policy((waiver,), "db/governance.yaml", {"r1": PATH, "r2": "migrations/versions/r2.py"})
    return apply(findings, [revision], judged={PATH: judged}, today=TODAY, policy=policy)


@pytest.mark.parametrize(
    ("waiver", "waived"),
    [
        pytest.param(entry(), True, id="revision"),
        pytest.param(entry(revision=None, path=PATH), True, id="path"),
        pytest.param(entry(revision=None, path="migrations/versions/*.py"), True, id="glob"),
        pytest.param(entry("layout.spacing"), True, id="by-name"),
        pytest.param(entry(path=PATH), True, id="revision-and-path"),
        pytest.param(entry(path="other.py"), False, id="the-revision-in-another-file"),
        pytest.param(entry("CP01"), False, id="another-rule"),
        pytest.param(entry(revision="r2"), False, id="another-revision"),
        pytest.param(entry(expires=date(2027, 1, 30)), False, id="expired"),
    ],
)
def test_what_an_entry_of_governance_yaml_covers(waiver: PolicyWaiver, waived: bool) -> None:
    result = waive_in_policy(waiver, finding(3), finding(None), judged=())
    assert [w for _, w in result.accepted] == ([waiver] * 2 if waived else [])
    assert (finding(3) in result.findings) is not waived


@pytest.mark.parametrize(
    ("waiver", "judged", "told", "message"),
    [
        pytest.param(
            entry(expires=date(2027, 1, 30)),
            (),
            "expired-waiver",
            "This waiver of LT01 (@data) held until 2027-01-30; it waives nothing any more.",
            id="expired",
        ),
        pytest.param(
            entry(),
            ("style",),
            "unused-waiver",
            "This waives LT01 in revision r1, where it found nothing.",
            id="unused",
        ),
        pytest.param(
            entry(revision=None, path=PATH),
            ("LT01",),
            "unused-waiver",
            f"This waives LT01 in {PATH}, where it found nothing.",
            id="unused-in-a-file",
        ),
        pytest.param(
            entry(revision="r11"),
            (),
            "unused-waiver",
            "This waives LT01 in revision 'r11', which is not in the history. Did you mean 'r1'?",
            id="no-such-revision",
        ),
    ],
)
def test_a_wrong_entry_is_told_at_its_line(
    waiver: PolicyWaiver, judged: tuple[str, ...], told: str, message: str
) -> None:
    (found,) = waive_in_policy(waiver, judged=judged).findings
    assert (found.rule, found.path, found.line, found.message) == (told, "db/governance.yaml", 7, message)


@pytest.mark.parametrize(
    ("waiver", "judged"),
    [
        pytest.param(entry(), ("history", "design"), id="its-rule-was-not-judged"),
        pytest.param(entry(revision="r2"), ("style",), id="its-revision-was-not-judged"),
        pytest.param(entry(revision=None, path="migrations/*"), ("style",), id="some-files-were-not-judged"),
    ],
)
def test_an_entry_may_find_something_elsewhere(waiver: PolicyWaiver, judged: tuple[str, ...]) -> None:
    assert waive_in_policy(waiver, judged=judged).findings == ()


def test_a_comment_comes_before_an_entry_and_both_count_as_used() -> None:
    result = waive_in_policy(entry(), finding(2), source="# assay: waive LT01 -- here\nx()")
    assert [waiver.reason for _, waiver in result.accepted] == ["here"]
    assert result.findings == ()
