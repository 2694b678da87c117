"""A history as a team writes it in a few years, made up: any number of revisions, each with its way back.

Of ten revisions three make a table, and one each adds a column, an index, a check, a unique constraint, a
view, renames a column, or moves data. A foreign key leads to an earlier table, so that the schema is
one piece. By the three hundredth there are 90 tables.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Body = tuple[str, str]
"""The lines of `upgrade` and of `downgrade`."""

INI = "[alembic]\nscript_location = %(here)s/migrations\n"

ENV = '''"""Alembic's own generic template, with the connection that it is given."""
from alembic import context
from sqlalchemy import create_engine, pool

if context.is_offline_mode():
    context.configure(url="postgresql+psycopg2://", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine("postgresql+psycopg2://", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
'''

REVISION = '''"""step {number}

Revision ID: {id}
Revises: {down}
Create Date: 2026-01-01 00:00:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "{id}"
down_revision = {down_literal}
branch_labels = None
depends_on = None


def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''


def project(folder: Path, length: int, body: Callable[[int], Body] | None = None) -> None:
    """Write alembic.ini, env.py and `length` revisions in one line into `folder`."""
    versions = folder / "migrations/versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations/env.py").write_text(ENV)
    for number in range(1, length + 1):
        rev, down = f"{number:012x}", f"{number - 1:012x}" if number > 1 else None
        upgrade, downgrade = ((body or mixed)(number)[side] for side in (0, 1))
        text = REVISION.format(
            number=number,
            id=rev,
            down=down or "",
            down_literal="None" if down is None else f'"{down}"',
            upgrade=_indented(upgrade),
            downgrade=_indented(downgrade),
        )
        (versions / f"{rev}_step_{number}.py").write_text(text)


def column_and_index(number: int) -> Body:
    """What the soundness of a history does not look at: a column and an index on it."""
    name = f"step_{number}"
    return (
        (
            f'op.add_column("orders", sa.Column("{name}", sa.Integer(), nullable=True))\n'
            f'op.create_index("ix_orders_{name}", "orders", ["{name}"], unique=False)'
        ),
        f'op.drop_index("ix_orders_{name}", table_name="orders")\nop.drop_column("orders", "{name}")',
    )


def mixed(number: int) -> Body:
    """The revision with this number, from 1 on."""
    kinds = (_table, _table, _table, _column, _index, _check, _unique, _view, _rename, _data)
    return kinds[(number - 1) % 10](number)


def _target(number: int) -> str:
    """An earlier table: of the same ten, and as many away from the first as the ten has come."""
    ten = (number - 1) // 10
    return f"table_{ten * 10 + 1 + ten % 3}"


def _table(number: int) -> Body:
    parent = f"table_{max(1, number - 1 if number % 10 != 1 else number - 8)}"
    key = "" if number == 1 else f', sa.ForeignKey("{parent}.id", name="fk_table_{number}_parent")'
    return (
        f"""op.create_table(
    "table_{number}",
    sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
    sa.Column("parent_id", sa.BigInteger(){key}),
    sa.Column("code", sa.String(20), nullable=False),
    sa.Column("title", sa.Text(), nullable=False),
    sa.Column("amount", sa.Numeric(12, 2), server_default="0", nullable=False),
    sa.Column("state", sa.Text()),
    sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
)
op.create_index("ix_table_{number}_parent_id", "table_{number}", ["parent_id"])""",
        f'op.drop_table("table_{number}")',
    )


def _column(number: int) -> Body:
    table, name = _target(number), f"note_{number}"
    return (
        (
            f'op.add_column("{table}", sa.Column("{name}", sa.Text()))\n'
            f'op.alter_column("{table}", "{name}", comment="what is noted")'
        ),
        f'op.drop_column("{table}", "{name}")',
    )


def _index(number: int) -> Body:
    table, name = _target(number), f"ix_{number}"
    return (
        (
            f'op.create_index("{name}_code", "{table}", ["code"])\n'
            f'op.create_index("{name}_created", "{table}", ["created_at"])'
        ),
        f'op.drop_index("{name}_created", "{table}")\nop.drop_index("{name}_code", "{table}")',
    )


def _check(number: int) -> Body:
    table, name = _target(number), f"ck_{number}"
    return (
        (
            f'op.execute("ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (amount >= 0) NOT VALID")\n'
            f'op.execute("ALTER TABLE {table} VALIDATE CONSTRAINT {name}")'
        ),
        f'op.drop_constraint("{name}", "{table}")',
    )


def _unique(number: int) -> Body:
    table, name = _target(number), f"uq_{number}"
    return (
        (
            f'op.create_unique_constraint("{name}", "{table}", ["code", "id"])\n'
            f'op.alter_column("{table}", "amount", server_default="1")'
        ),
        f'op.alter_column("{table}", "amount", server_default="0")\nop.drop_constraint("{name}", "{table}")',
    )


def _view(number: int) -> Body:
    table, name = _target(number), f"view_{number}"
    return (
        f'op.execute("CREATE VIEW {name} AS SELECT id, code FROM {table}")',
        f'op.execute("DROP VIEW {name}")',
    )


def _rename(number: int) -> Body:
    table, name = _target(number), f"state_{number}"
    return (
        f'op.alter_column("{table}", "state", new_column_name="{name}")',
        f'op.alter_column("{table}", "{name}", new_column_name="state")',
    )


def _data(number: int) -> Body:
    table = _target(number)
    return (
        (
            f"op.execute(\"UPDATE {table} SET title = 'untitled' WHERE title = ''\")\n"
            f"op.execute(\"INSERT INTO {table} (code, title) VALUES ('step', 'made by {number}')\")"
        ),
        f"op.execute(\"DELETE FROM {table} WHERE title = 'made by {number}'\")",
    )


def _indented(lines: str) -> str:
    return "\n".join(f"    {line}" for line in lines.split("\n"))
