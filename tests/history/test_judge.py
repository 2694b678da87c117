from __future__ import annotations

import re

import pytest
from assay import rules
from assay.model import Finding
from assay.rules import SECTIONS

from .world import World, source

V = "migrations/versions"


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_a_sound_history_has_no_findings(published: World) -> None:
    published.add("cccc", "bbbb")
    published.add("dddd", "bbbb")
    published.add("eeee", ("cccc", "dddd"))
    assert published.findings() == []


def test_multiple_heads(published: World) -> None:
    published.add("cccc", "bbbb")
    published.commit()
    published.publish()
    published.add("dddd", "bbbb")
    published.add("eeee", "dddd")
    finding = only(published.findings())
    assert (finding.rule, finding.severity.value, finding.revision) == ("multiple-heads", "error", "dddd")
    assert (finding.path, finding.line) == (f"{V}/dddd_make_dddd.py", 10)
    assert finding.message == (
        "The history has 2 heads, so `alembic upgrade head` stops: "
        f"cccc ({V}/cccc_make_cccc.py) and eeee ({V}/eeee_make_eeee.py)."
    )
    assert finding.advice == (
        f"Put dddd on top of cccc; in {V}/dddd_make_dddd.py, line 10:\n\n"
        '    down_revision = "cccc"\n\nor join them, if both were deployed somewhere:\n\n'
        '    alembic merge -m "merge cccc and eeee" cccc eeee'
    )


def test_two_new_heads_in_an_empty_repository(world: World) -> None:
    world.line("aaaa", "bbbb")
    world.add("cccc", "aaaa")
    assert world.rules() == [("multiple-heads", "error", "cccc")]


def test_heads_that_the_base_has_are_a_note(published: World) -> None:
    published.add("cccc", "aaaa")
    published.commit()
    published.publish()
    assert published.rules() == [("multiple-heads", "note", "cccc")]
    published.add("dddd", "cccc")
    assert published.rules() == [("multiple-heads", "note", "dddd")]
    published.add("eeee", "bbbb")
    published.add("ffff", "bbbb")
    assert published.rules() == [("multiple-heads", "error", "ffff")]


def test_labelled_branches_are_made_on_purpose(world: World) -> None:
    world.add("aaaa", None, branch_labels=("core",))
    world.add("bbbb", None, branch_labels=("reports",))
    world.add("cccc", "bbbb")
    assert world.findings() == []
    world.add("dddd", "bbbb")
    assert world.rules() == [("multiple-heads", "error", "dddd")]


def test_a_branch_that_leaves_the_main_line_with_a_label(published: World) -> None:
    published.add("cccc", "aaaa", branch_labels=("reports",))
    assert published.findings() == []


def test_stale_parent(published: World) -> None:
    published.git("checkout", "-q", "main")
    published.add("xxxx", "bbbb")
    published.add("yyyy", "xxxx")
    published.commit()
    published.publish()
    published.git("checkout", "-q", "work")
    path = published.add("cccc", "bbbb")
    path.write_text(path.read_text().replace('down_revision = "bbbb"', "down_revision: str | None = 'bbbb'"))
    published.add("dddd", "cccc")
    finding = only(published.findings())
    assert (finding.rule, finding.severity.value, finding.line) == ("stale-parent", "error", 10)
    assert finding.message == (
        f"cccc stands on bbbb, and origin/main has gone on to yyyy ({V}/yyyy_make_yyyy.py): "
        "merged as it is, it makes a second head."
    )
    assert finding.advice == (
        f"`git merge origin/main`, then in {V}/cccc_make_cccc.py, line 10:\n\n"
        "    down_revision: str | None = 'yyyy'"
    )
    published.commit()
    published.git("merge", "-q", "origin/main")
    path.write_text(path.read_text().replace("'bbbb'", "'yyyy'"))
    assert published.findings() == []


def test_missing_down_revision_and_its_advice(published: World) -> None:
    published.git("checkout", "-q", "main")
    published.add("xxxx", "bbbb")
    published.commit()
    published.publish()
    published.git("checkout", "-q", "work")
    published.add("c1", "xxxx")
    published.add("c2", "bbb")
    published.add("c3", ("c1", "c2", "c4"), depends_on="aaab")
    found = published.findings()
    advice = {each.message: each.advice for each in found if each.rule == "missing-down-revision"}
    says = "names {} in its `{}`, and no revision file has that id."
    assert advice == {
        f"{V}/c1_make_c1.py {says.format('xxxx', 'down_revision')}": (
            "origin/main has it. Bring it here: `git merge origin/main`, "
            f"or `git checkout origin/main -- {V}/xxxx_make_xxxx.py`."
        ),
        f"{V}/c2_make_c2.py {says.format('bbb', 'down_revision')}": (
            'Alembic takes whole ids only; line 10:\n\n    down_revision = "bbbb"'
        ),
        f"{V}/c3_make_c3.py {says.format('c4', 'down_revision')}": (
            "Bring the file of c4 back, or name the revision that this one should follow."
        ),
        f"{V}/c3_make_c3.py {says.format('aaab', 'depends_on')}": (
            "Bring the file of aaab back, or name the revision that this one should follow."
        ),
    }


def test_a_parent_that_cannot_be_read_is_not_missing(published: World) -> None:
    published.write(f"{V}/bbbb_make_bbbb.py", "x = (\n")
    published.add("cccc", "bbbb")
    assert published.rules() == [("unreadable-revision", "error", None)]


def test_a_parent_that_may_be_computed(published: World) -> None:
    published.write(f"{V}/x_y.py", "revision = f()\ndown_revision = 'bbbb'\n")
    published.add("dddd", "cccc")
    found = [each for each in published.findings() if each.rule == "missing-down-revision"]
    assert [each.severity.value for each in found] == ["warning"]
    assert found[0].message.endswith(f" It may be what {V}/x_y.py computes.")


def test_revision_cycle(published: World) -> None:
    published.add("cccc", "dddd")
    published.add("dddd", "cccc")
    finding = only(published.findings())
    assert (finding.rule, finding.severity.value, finding.line) == ("revision-cycle", "error", 10)
    assert finding.message == (
        "The revisions stand on one another in a ring: cccc → dddd → cccc; Alembic stops on it."
    )


def test_duplicate_revision(published: World) -> None:
    published.add("bbbb", "aaaa", name="bbbb_make_bbbb_copy.py")
    finding = only(published.findings())
    assert (finding.rule, finding.severity.value) == ("duplicate-revision", "error")
    assert (finding.path, finding.line) == (f"{V}/bbbb_make_bbbb_copy.py", 9)
    assert re.search(r'\n    revision = "[0-9a-f]{12}"\n', finding.advice)


def test_duplicate_branch_label(world: World) -> None:
    world.add("aaaa", None, branch_labels="x")
    world.add("bbbb", "aaaa", branch_labels=("x",))
    assert world.rules() == [("duplicate-branch-label", "error", "bbbb")]


def test_edited_deleted_and_reparented(world: World) -> None:
    world.line("aaaa", "bbbb", "cccc", "dddd")
    base = world.commit()[:12]
    world.publish()
    world.add("aaaa", None, body="op.drop_table('x')")
    world.add("bbbb", "aaaa", message="another message")
    world.add("cccc", "aaaa")
    (world.versions / "dddd_make_dddd.py").unlink()
    found = {each.rule + " " + str(each.revision): each for each in world.findings()}
    assert {name: each.severity.value for name, each in found.items()} == {
        "deleted-revision dddd": "error",
        "edited-revision aaaa": "error",
        "edited-revision bbbb": "note",
        "multiple-heads cccc": "error",
        "reparented-revision cccc": "error",
    }
    edited, deleted = found["edited-revision aaaa"], found["deleted-revision dddd"]
    assert edited.line == 14
    assert edited.message == (
        "Revision aaaa is on origin/main already and was edited: databases that ran it keep what it did then."
    )
    assert edited.advice.startswith(f"Restore it: `git checkout {base} -- {V}/aaaa_make_aaaa.py`.")
    assert deleted.message == (
        "Revision dddd is on origin/main already, and its file is gone: a database at it is stuck."
    )
    assert found["edited-revision bbbb"].message == (
        "Revision bbbb is on origin/main already and was edited, in comments, docstrings or layout only."
    )
    moved = found["reparented-revision cccc"]
    assert moved.message.endswith("its `down_revision` was changed from bbbb to aaaa.")
    assert '\n    down_revision = "bbbb"\n' in moved.advice


@pytest.mark.parametrize(("same", "severity"), [(True, "note"), (False, "error"), (None, "error")])
def test_an_edit_that_renders_the_same_sql(published: World, same: bool | None, severity: str) -> None:
    published.add("bbbb", "aaaa", body="x = 1")
    asked = []

    def same_sql(before: object, after: object) -> bool | None:
        asked.append((before, after))
        return same

    finding = only(published.findings(same_sql=same_sql))
    assert (finding.rule, finding.severity.value, len(asked)) == ("edited-revision", severity, 1)


def test_another_id_in_the_same_file(published: World) -> None:
    published.write(f"{V}/bbbb_make_bbbb.py", source("cccc", "aaaa"))
    found = {each.rule: each for each in published.findings()}
    assert sorted(found) == ["deleted-revision", "misnamed-file"]
    assert "its file now says cccc" in found["deleted-revision"].message


def test_unreadable_and_computed(published: World) -> None:
    published.write(f"{V}/bad_x.py", "x = 1\nx = (\n")
    published.write(
        f"{V}/cccc_x.py", '"""x\n\nRevision ID: cccc\n"""\nrevision = f()\ndown_revision = "bbbb"\n'
    )
    found = [(each.rule, each.severity.value, each.path, each.line) for each in published.findings()]
    assert found == [
        ("computed-revision", "warning", f"{V}/cccc_x.py", 5),
        ("unreadable-revision", "error", f"{V}/bad_x.py", 2),
    ]
    published.commit()
    published.publish()
    assert [(each[0], each[1]) for each in published.rules()] == [
        ("computed-revision", "note"),
        ("unreadable-revision", "error"),
    ]


DATED = "%%(year)d_%%(month).2d_%%(day).2d-%%(rev)s_%%(slug)s"


@pytest.mark.parametrize(
    ("template", "name", "misnamed"),
    [
        pytest.param(None, "cccc_add_the_index.py", False, id="as-made"),
        pytest.param(None, "cccc_add_the.py", False, id="shortened"),
        pytest.param(None, "cccc_add_the_.py", False, id="truncated"),
        pytest.param(None, "cccc_add_the_index_on_name.py", False, id="message-shortened"),
        pytest.param(None, "cccc_.py", True, id="no-slug"),
        pytest.param(None, "cccc_drop.py", True, id="other-message"),
        pytest.param(None, "dddd_add_the_index.py", True, id="other-id"),
        pytest.param(None, "add_the_index.py", True, id="no-id"),
        pytest.param(DATED, "2026_01_02-cccc_add.py", False, id="date"),
        pytest.param(
            DATED,
            "cccc_add_the_index.py",
            True,
            id="no-date",
        ),
        pytest.param("%%(epoch)s_%%(rev)s", "1767323045_cccc.py", False, id="epoch"),
        pytest.param("%%(rev)s", "cccc.py", False, id="id-alone"),
    ],
)
def test_misnamed_file(published: World, template: str | None, name: str, misnamed: bool) -> None:
    if template:
        published.write(
            "alembic.ini", f"[alembic]\nscript_location = migrations\nfile_template = {template}\n"
        )
    published.add("cccc", "bbbb", name=name, message="add the index")
    assert published.rules() == ([("misnamed-file", "warning", "cccc")] if misnamed else [])


@pytest.mark.parametrize("docstring", ["", '"""empty message"""', '""" """'], ids=["none", "empty", "blank"])
def test_without_a_message_any_slug_will_do(published: World, docstring: str) -> None:
    text = f'{docstring}\nrevision = "cccc"\ndown_revision = "bbbb"\n'
    published.write(f"{V}/cccc_what_it_does.py", text)
    assert published.rules() == []


def test_the_rename_that_mends_a_name(published: World) -> None:
    published.add("cccc", "bbbb", name="copy.py", message="Add the index: " + "very " * 20)
    wanted = "cccc_add_the_index_very_very_very_very_very_.py"
    assert only(published.findings()).advice == f"git mv {V}/copy.py {V}/{wanted}"
    published.git("add", "-A")
    published.git("mv", f"{V}/copy.py", f"{V}/{wanted}")
    assert published.findings() == []


def test_a_template_with_folders(published: World) -> None:
    published.write(
        "alembic.ini",
        "[alembic]\nscript_location = migrations\nrecursive_version_locations = true\n"
        "file_template = %%(year)d/%%(month).2d/%%(rev)s_%%(slug)s\n",
    )
    (published.versions / "2026" / "01").mkdir(parents=True)
    published.add("cccc", "bbbb", name="2026/01/cccc_make_cccc.py")
    published.add("dddd", "cccc")
    finding = only(published.findings())
    assert finding.advice == f"git mv {V}/dddd_make_dddd.py {V}/2026/01/dddd_make_dddd.py"


def test_a_name_that_alembic_gives_is_right(published: World) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(str(published.home / "alembic.ini"))
    published.write("migrations/script.py.mako", MAKO)
    config.set_main_option("script_location", str(published.home / "migrations"))
    for message in ("Añadir índice (ünïque) — 100%", "x" * 90, "a " * 60, None, "two\nlines"):
        command.revision(config, message=message)
    history = published.history()
    assert len(history.new) == 5
    assert published.findings() == []


MAKO = '''"""${message}

Revision ID: ${up_revision}
Create Date: ${create_date}

"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
'''


@pytest.mark.parametrize("rule", list(rules.rules("history")), ids=lambda rule: rule.id)
def test_each_page_has_its_sections(rule: rules.Rule) -> None:
    headings = re.findall(r"^## (.+)$", rule.page, re.MULTILINE)
    assert tuple(headings) == SECTIONS
    assert rule.summary.endswith(".")
