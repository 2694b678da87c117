"""Which values a way back takes with it: as they were called before it began."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay.promote import read_plan

from .conftest import Project, Ran

BACK = {
    "a column": ('op.drop_column("customer", "mail")', ("customer.mail",)),
    "a table, and so its columns": ('op.drop_table("customer")', ("customer",)),
    "a narrower type": (
        'op.alter_column("customer", "mail", type_=sa.String(10))', ("customer.mail",)
    ),
    "a new name": ('op.alter_column("customer", "mail", new_column_name="email")', ()),
    "a new name, then gone": (
        'op.alter_column("customer", "mail", new_column_name="email")\n    op.drop_column("customer", "email")',
        ("customer.mail",),
    ),
    "rows": ('op.execute("DELETE FROM customer")', ("customer",)),
    "what was made on the way": (
        'op.execute("CREATE TABLE t (id int)")\n    op.drop_table("t")', ()
    ),
    "an index": ('op.drop_index("ix_customer_mail")', ()),
}  # fmt: skip


@pytest.mark.parametrize(("back", "lost"), BACK.values(), ids=BACK)
def test_what_is_lost(project: Project, ran: Ran, back: str, lost: tuple[str, ...]) -> None:
    project.revision("a4", "a3", back=back)
    code, _, err = ran("plan", "--env", "staging", "--from", "a4", "--down", "--output", "down")
    assert code == 0, err
    assert read_plan(Path("down"))[0].loses == lost
