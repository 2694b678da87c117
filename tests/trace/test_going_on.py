"""A revision that cannot be taken back, or that fails on synthetic rows half-way, keeps no later one from its trip."""

from __future__ import annotations

import pytest
from assay.catalog import diff

from tests.rules.lab import Judged, Lab, revision_file

BASE = revision_file(
    'op.create_table("orders", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("note", sa.Text))',
    'op.drop_table("orders")',
    "first",
    None,
)
LATER = revision_file(
    'op.create_index("i", "orders", ["note"])', 'op.drop_index("i")', "later", down_revision="tried"
)

BROKEN = {
    "a second upgrade that fails": (
        "op.execute(\"CREATE TYPE mood AS ENUM ('x')\")\nop.add_column('orders', sa.Column('m', sa.Integer))",
        "op.drop_column('orders', 'm')",
    ),
    "a second upgrade that differs": (
        "op.execute('ALTER TABLE orders ADD COLUMN IF NOT EXISTS m int')",
        "op.execute('ALTER TABLE orders ALTER m TYPE text')",
    ),
    "a downgrade that breaks off half-way": (
        "op.add_column('orders', sa.Column('m', sa.Integer))",
        (
            "with op.get_context().autocommit_block():\n    op.execute('ALTER TABLE orders DROP COLUMN note')\n"
            "op.execute('SELECT nothing')"
        ),
    ),
    "a role that stays": ("op.execute('CREATE ROLE going_on')", "pass"),
}


def three(lab: Lab, up: str, down: str, together: bool) -> Judged:
    files = {"first": BASE, "tried": revision_file(up, down, down_revision="first"), "later": LATER}
    return lab.judge(files, {"tried", "later"}, together=together)


@pytest.mark.parametrize("together", [False, True], ids=["", "together"])
@pytest.mark.parametrize(("up", "down"), BROKEN.values(), ids=BROKEN)
def test_the_next_one_goes_on_from_where_the_upgrade_leads(
    lab: Lab, up: str, down: str, together: bool
) -> None:
    tracing = three(lab, up, down, together).tracing
    assert list(tracing.trips) == ["tried", "later"]
    assert (tracing.unreached, tracing.unreached_revision) == (None, None)
    tried, later = tracing.trips.values()
    assert tried.upgrade.after is not None
    assert later.upgrade.before is not None
    assert not diff(tried.upgrade.after, later.upgrade.before)
    assert (later.upgrade.error, list(later.left_behind or ())) == (None, [])
    (lock,) = [k for t in later.upgrade.traced for k in t.effect.locks if k.mode == "ShareLock"]
    assert (lock.relation.name, lock.relation.preexisting, lock.relation.fresh) == ("orders", True, False)


def test_what_the_run_made_is_fresh_on_the_other_side_too(lab: Lab) -> None:
    up = "op.execute(\"CREATE TYPE mood AS ENUM ('x')\")\nop.create_table('made', sa.Column('note', sa.Text))"
    files = {
        "first": BASE,
        "tried": revision_file(up, "op.drop_table('made')", down_revision="first"),
        "later": LATER.replace('"orders"', '"made"'),
    }
    later = lab.judge(files, {"tried", "later"}, together=True).tracing.trips["later"]
    (lock,) = [k for t in later.upgrade.traced for k in t.effect.locks if k.mode == "ShareLock"]
    assert (lock.relation.name, lock.relation.fresh) == ("made", True)


def test_what_fails_on_rows_after_a_commit_runs_again_without_them(lab: Lab) -> None:
    up = (
        "with op.get_context().autocommit_block():\n"
        "    op.execute('CREATE INDEX CONCURRENTLY j ON orders (note)')\n"
        "op.execute('ALTER TABLE orders ALTER note SET NOT NULL')"
    )
    down = "op.execute('ALTER TABLE orders ALTER note DROP NOT NULL')\nop.drop_index('j')"
    judged = three(lab, up, down, together=False)
    assert list(judged.tracing.trips) == ["tried", "later"]
    tried = judged.tracing.trips["tried"]
    assert (tried.upgrade.error, tried.upgrade.seeds) == (None, "none")
    assert tried.upgrade.refused_rows is not None
    assert tried.upgrade.refused_rows.sqlstate == "23502"
    assert tried.again is not None
    assert tried.again.error is None
    assert judged.tracing.trips["later"].upgrade.error is None
    assert "failing-statement" not in {finding.rule for finding in judged.findings}


def test_rows_are_not_what_a_module_is_missing_for(lab: Lab) -> None:
    upgrade = lab.try_out("import not_a_module_at_all").tracing.trips["tried"].upgrade
    assert (upgrade.error_kind, upgrade.seeds, upgrade.refused_rows) == ("ModuleNotFoundError", "full", None)


def test_what_does_not_run_without_them_either_stays_where_it_is(lab: Lab) -> None:
    up = (
        "with op.get_context().autocommit_block():\n    op.execute('CREATE INDEX CONCURRENTLY j ON orders (note)')\n"
        "op.execute('SELECT 1 / 0')"
    )
    tracing = three(lab, up, "pass", together=False).tracing
    assert list(tracing.trips) == ["tried"]
    assert tracing.trips["tried"].upgrade.seeds == "none"
    assert tracing.unreached_revision == "tried"
