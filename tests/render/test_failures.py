"""A revision that cannot be rendered is told at its line, and takes no other down with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Workbench

GOOD = 'def upgrade():\n    op.execute("SELECT 1")\n\ndef downgrade():\n    op.execute("SELECT 2")\n'
PASS = "\n\ndef downgrade():\n    pass\n"

FAILURES = {
    "raises": (
        'def upgrade():\n    op.execute("SELECT 0")\n    raise ValueError("no")\n',
        "ValueError",
        10,
        False,
    ),
    "in a helper": ("def h():\n    1 / 0\n\ndef upgrade():\n    h()\n", "ZeroDivisionError", 9, False),
    "import": ("import not_a_module_at_all\ndef upgrade():\n    pass\n", "ModuleNotFoundError", 8, False),
    "no upgrade": ("def up():\n    pass\n", "MissingFunction", None, False),
    "inspect": (
        "def upgrade():\n    sa.inspect(op.get_bind()).get_columns('t')\n",
        None,  # NoInspectionAvailable; AttributeError in SQLAlchemy 1.4
        9,
        True,
    ),
    "reads rows": (
        'def upgrade():\n    for r in op.get_bind().execute(sa.text("SELECT 1")):\n        pass\n',
        "TypeError",
        9,
        True,
    ),
    "autoload": (
        "def upgrade():\n    sa.Table('t', sa.MetaData(), autoload_with=op.get_bind())\n",
        None,
        9,
        True,
    ),
    "session": (
        "from sqlalchemy.orm import Session\ndef upgrade():\n    Session(bind=op.get_bind()).execute(sa.text('SELECT 1'))\n",
        None,
        10,
        True,
    ),
    "exits": ("import sys\ndef upgrade():\n    sys.exit(1)\n", "SystemExit", 10, False),
    "wrong argument": ("def upgrade():\n    op.drop_table()\n", "TypeError", 9, False),
    "in an autocommit block": (
        "def upgrade():\n    with op.get_context().autocommit_block():\n        1 / 0\n",
        "ZeroDivisionError",
        10,
        False,
    ),
    "in a batch": (
        "def upgrade():\n    with op.batch_alter_table('t') as b:\n        b.nothing()\n",
        "AttributeError",
        10,
        False,
    ),
}


def test_a_message_is_the_same_each_time(workbench: Workbench) -> None:
    workbench.revision("r1", "def upgrade():\n    raise ValueError(object())\n" + PASS)
    failure = workbench.render().rendered["r1", "upgrade"].failure
    assert failure is not None
    assert failure.message == "ValueError: <object object>"


@pytest.mark.parametrize(("body", "kind", "line", "offline_only"), FAILURES.values(), ids=FAILURES)
def test_a_failure_has_its_line_and_the_others_render(
    workbench: Workbench, body: str, kind: str | None, line: int | None, offline_only: bool
) -> None:
    workbench.revision("r1", GOOD)
    workbench.revision("r2", body + PASS)
    workbench.revision("r3", GOOD)
    rendering = workbench.render()
    failure = rendering.rendered["r2", "upgrade"].failure
    assert failure is not None
    assert kind is None or failure.kind == kind
    assert (failure.line, failure.needs_connection) == (line, offline_only)
    assert rendering.rendered["r2", "upgrade"].statements == ()
    assert rendering.rendered["r2", "upgrade"].text == ""
    for rev in ("r1", "r3"):
        assert [s.sql for s in rendering.rendered[rev, "upgrade"].statements] == ["SELECT 1"]
        assert [s.in_transaction for s in rendering.rendered[rev, "upgrade"].statements] == [True]
    assert "SELECT 0" not in rendering.script(["r1", "r2", "r3"])


DOWNGRADES = {
    "missing": ("", True),
    "NotImplementedError": ("def downgrade():\n    raise NotImplementedError\n", True),
    "refuses in words": ("def downgrade():\n    raise Exception('data is gone')\n", True),
    "broken": ("def downgrade():\n    op.drop_nothing()\n", False),
}


@pytest.mark.parametrize(("downgrade", "deliberate"), DOWNGRADES.values(), ids=DOWNGRADES)
def test_a_downgrade_that_refuses_is_told_from_a_broken_one(
    workbench: Workbench, downgrade: str, deliberate: bool
) -> None:
    workbench.revision("r1", "def upgrade():\n    pass\n\n" + downgrade)
    rendering = workbench.render()
    failure = rendering.rendered["r1", "downgrade"].failure
    assert failure is not None
    assert failure.deliberate is deliberate
    assert rendering.rendered["r1", "upgrade"].failure is None


def test_a_syntax_error_is_told_at_its_line(workbench: Workbench) -> None:
    from assay.render import render
    from msgspec.structs import replace

    workbench.revision("r1", GOOD)
    (revision,) = workbench.revisions()
    broken = replace(revision, source=revision.source + b"\ndef (:\n")
    rendering = render(workbench.project, [broken], [(broken, "upgrade")])
    failure = rendering.rendered["r1", "upgrade"].failure
    assert failure is not None
    assert (failure.kind, failure.line) == ("SyntaxError", 14)


def test_the_source_that_was_read_is_what_runs(workbench: Workbench) -> None:
    from assay.render import render

    file = workbench.revision("r1", GOOD)
    (revision,) = workbench.revisions()
    file.write_text(file.read_text().replace("SELECT 1", "SELECT 999"))
    rendering = render(workbench.project, [revision], [(revision, "upgrade")])
    assert [s.sql for s in rendering.rendered["r1", "upgrade"].statements] == ["SELECT 1"]


def test_only_the_wanted_revision_is_run(workbench: Workbench) -> None:
    workbench.revision("r1", "raise SystemExit('imported')\n" + GOOD)
    workbench.revision("r2", GOOD)
    rendering = workbench.render("r2")
    assert rendering.rendered["r2", "upgrade"].failure is None
    assert list(rendering.rendered) == [("r2", "upgrade"), ("r2", "downgrade")]


def test_a_merge_renders_alone(workbench: Workbench) -> None:
    workbench.revision("r1", GOOD, down=None)
    workbench.revision("a", GOOD, down="r1")
    workbench.revision("b", GOOD, down="r1")
    workbench.revision("m", GOOD, down=("a", "b"))
    text = workbench.render("m").rendered["m", "upgrade"].text
    assert "SELECT 1;" in text
    assert text.count("SELECT 1;") == 1
    assert "DELETE FROM alembic_version" in text
    assert "UPDATE alembic_version SET version_num='m'" in text


def test_a_revision_that_depends_on_another_branch_renders_alone(workbench: Workbench) -> None:
    workbench.revision("other", GOOD, down=None)
    file = workbench.revision("r1", GOOD, down=None)
    file.write_text(file.read_text().replace("depends_on = None", "depends_on = 'other'"))
    text = workbench.render("r1").rendered["r1", "upgrade"].text
    assert "CREATE TABLE alembic_version" not in text
    assert text.count("SELECT 1;") == 1


def test_a_parent_that_is_missing_does_not_stop_the_rendering(workbench: Workbench) -> None:
    workbench.revision("r1", GOOD, down="gone")
    assert [s.sql for s in workbench.render().rendered["r1", "upgrade"].statements] == ["SELECT 1"]
