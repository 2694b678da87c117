from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from assay.model import Statement
from assay.style import Linter
from sqlalchemy.dialects import postgresql as pg

from .support import codes, generated

ACCOUNT = sa.table(
    "account",
    *(sa.column("id", sa.Integer), sa.column("balance", sa.Integer)),
    *(sa.column(name, sa.Text) for name in ("name", "Region", "user")),
)
FILING = sa.table("filing", *(sa.column(name, sa.Integer) for name in ("id", "account_id", "amount")))


def statements(build: Callable[[Operations], object]) -> list[Statement]:
    """What Alembic writes offline for `build`, statement by statement."""
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer, "literal_binds": True}
    build(Operations(MigrationContext.configure(dialect_name="postgresql", opts=options)))
    texts = re.split(r";\s*\n\s*\n", buffer.getvalue().strip())
    return [generated(text) for text in texts if text.strip(" ;\n")]


def every_type() -> Iterator[sa.Column[Any]]:
    types: tuple[sa.types.TypeEngine[Any], ...] = (
        *(sa.BigInteger(), sa.Boolean(), sa.Date(), sa.DateTime(timezone=True), sa.Double(), sa.Float(24)),
        *(sa.Integer(), sa.Interval(), sa.LargeBinary(), sa.Numeric(18, 4), sa.SmallInteger(), sa.String(50)),
        *(sa.Text(), sa.Time(), sa.Uuid(), sa.ARRAY(sa.Integer), sa.JSON(), sa.Enum("a", "b-c", name="kind")),
        *(pg.BIT(3), pg.BYTEA(), pg.CIDR(), pg.CITEXT(), pg.DATERANGE(), pg.HSTORE(), pg.INET(), pg.OID()),
        *(pg.JSONB(), pg.MACADDR(), pg.MONEY(), pg.NUMMULTIRANGE(), pg.INT4RANGE(), pg.REGCLASS()),
        *(pg.TSQUERY(), pg.TSTZRANGE(), pg.TSVECTOR(), pg.TIMESTAMP(precision=3)),
        *(pg.ARRAY(pg.UUID(), dimensions=2), sa.String(collation="en_US.utf8"), sa.String(collation="C")),
    )
    yield from (sa.Column(f"c{number}", kind) for number, kind in enumerate(types))


def wide_table(op: Operations) -> object:
    return op.create_table(
        "account",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True, start=100), primary_key=True),
        sa.Column("Region", sa.Text, nullable=False, comment="it's where"),
        sa.Column("user", sa.Text, server_default="nobody", unique=True),
        sa.Column("order", sa.Integer, sa.Computed("c0 * 2", persisted=True), index=True),
        sa.Column("made_at", sa.DateTime, server_default=sa.func.now()),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("app.owner.id", ondelete="CASCADE", deferrable=True)),
        *every_type(),
        sa.CheckConstraint("c0 > 0 AND c1 IS NOT NULL", name="ck_account_c0"),
        sa.UniqueConstraint("Region", "user", name="uq_account", postgresql_nulls_not_distinct=True),
        pg.ExcludeConstraint(("c24", "&&"), using="gist", name="ex_account"),
        schema="app",
        comment="All accounts",
        postgresql_partition_by="RANGE (made_at)",
        postgresql_with={"fillfactor": 70},
    )


def batch(op: Operations) -> None:
    with op.batch_alter_table("account", schema="app") as table:
        table.add_column(sa.Column("note", sa.Text))
        table.alter_column("note", new_column_name="remark")
        table.drop_column("remark")


GENERATED = {
    "wide-table": wide_table,
    "batch": batch,
    "add-column": lambda op: op.add_column("a", sa.Column("a", sa.Text, server_default=sa.text("now()"))),
    "alter-type": lambda op: op.alter_column("account", "a", type_=sa.Text(), postgresql_using="a::text"),
    "alter-default": lambda op: op.alter_column("account", "a", server_default=None, nullable=False),
    "alter-comment": lambda op: op.alter_column("account", "a", comment="what; it is"),
    "drop-column": lambda op: op.drop_column("account", "Region"),
    "rename-table": lambda op: op.rename_table("account", "Account", schema="app"),
    "drop-table": lambda op: op.drop_table("account", if_exists=True),
    "index": lambda op: op.create_index("ix", "account", ["a", sa.text("lower(b) DESC")], unique=True),
    "index-concurrently": lambda op: op.create_index(
        *("ix", "account", ["a"]),
        postgresql_concurrently=True,
        postgresql_where=sa.text("a IS NOT NULL"),
        postgresql_include=["b"],
        postgresql_using="gin",
        postgresql_ops={"a": "gin_trgm_ops"},
        if_not_exists=True,
    ),
    "drop-index": lambda op: op.drop_index("ix", "account", postgresql_concurrently=True),
    "foreign-key": lambda op: op.create_foreign_key(
        "fk", "account", "owner", ["o"], ["id"], ondelete="SET NULL", postgresql_not_valid=True
    ),
    "check": lambda op: op.create_check_constraint("ck", "account", sa.column("a", sa.Text).in_(["x", "y"])),
    "unique": lambda op: op.create_unique_constraint("uq", "account", ["a", "b"]),
    "drop-constraint": lambda op: op.drop_constraint("uq", "account"),
    "table-comment": lambda op: op.create_table_comment("account", "kept"),
    "enum": lambda op: op.execute(sa.schema.CreateSequence(sa.Sequence("s", start=5))),
    "rows": lambda op: op.bulk_insert(ACCOUNT, [{"id": 1, "user": None}, {"id": 2, "user": "b%"}]),
    "rows-at-once": lambda op: op.execute(ACCOUNT.insert().values([{"name": "a"}, {"name": "b"}])),
    "update": lambda op: op.execute(ACCOUNT.update().where(ACCOUNT.c.name.is_(None)).values(name=None)),
    "update-from": lambda op: op.execute(
        ACCOUNT.update().where(ACCOUNT.c.id == FILING.c.account_id).values(balance=FILING.c.amount)
    ),
    "update-correlated": lambda op: op.execute(
        ACCOUNT.update().values(
            balance=sa.select(sa.func.sum(FILING.c.amount))
            .where(FILING.c.account_id == ACCOUNT.c.id)
            .scalar_subquery()
        )
    ),
    "delete-using": lambda op: op.execute(FILING.delete().where(FILING.c.account_id == ACCOUNT.c.id)),
    "delete-exists": lambda op: op.execute(
        ACCOUNT.delete().where(~sa.exists().where(FILING.c.account_id == ACCOUNT.c.id))
    ),
    "insert-select": lambda op: op.execute(
        FILING.insert().from_select(
            ["id", "amount"],
            sa.select(ACCOUNT.c.id, sa.case((ACCOUNT.c.balance > 0, 1), else_=None).label("amount"))
            .join_from(ACCOUNT, FILING, FILING.c.account_id == ACCOUNT.c.id)
            .where(sa.true(), ACCOUNT.c.user != "x")
            .order_by(ACCOUNT.c.id),
        )
    ),
    "upsert": lambda op: op.execute(
        (upsert := pg.insert(ACCOUNT).values(id=1, name="a")).on_conflict_do_update(
            index_elements=["id"], set_={"name": upsert.excluded.name}
        )
    ),
    "cte-union": lambda op: op.execute(
        sa.select(sa.union(sa.select(ACCOUNT.c.id), sa.select(FILING.c.account_id)).cte("ids").c.id)
    ),
}  # fmt: skip

NEWER = ("wide-table", "drop-table", "index-concurrently")
"""What SQLAlchemy 1.4, and an Alembic of its time, cannot say."""

AT_FAULT = {
    "table-name": (lambda op: op.create_table("my-table", sa.Column("a", sa.Text)), ["RF05"]),
    "column-name": (lambda op: op.add_column("t", sa.Column("what's it", sa.Text)), ["RF05"]),
    "constraint-name": (lambda op: op.create_unique_constraint("uq one", "t", ["a"]), ["RF05"]),
    "null-compared": (lambda op: op.create_check_constraint("ck", "t", sa.text("a = NULL")), ["CV05"]),
    "order-in-two-directions": (
        lambda op: op.execute(sa.select(FILING.c.id).order_by(FILING.c.id, FILING.c.amount.desc())), ["AM03"]
    ),
    "limit-without-order": (lambda op: op.execute(sa.select(FILING.c.id).limit(5)), ["AM09"]),
}  # fmt: skip


@pytest.mark.parametrize("name", GENERATED)
def test_what_sqlalchemy_writes_is_nobodys_fault(linter: Linter, name: str) -> None:
    if name in NEWER and sa.__version__.startswith("1."):
        pytest.skip("needs SQLAlchemy 2")
    found = linter.lint(statements(GENERATED[name]))
    assert [(f.rule, f.message) for f in found] == []


@pytest.mark.parametrize("name", AT_FAULT)
def test_a_name_or_a_meaning_that_a_person_chose(linter: Linter, name: str) -> None:
    build, expected = AT_FAULT[name]
    assert codes(linter.lint(statements(build))) == expected


def test_a_finding_in_generated_sql_names_the_piece(linter: Linter) -> None:
    (finding,) = linter.lint([generated('CREATE TABLE t (\n\ta TEXT, \n\t"my-column" TEXT\n)')])
    assert (finding.line, finding.column) == (1, None)
    assert finding.message.endswith('In: "my-column"')
