"""What a statement knows: line, transaction, origin, and where each line of its own text stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Workbench

LINES = {
    "direct": ('def upgrade():\n    op.execute("SELECT 1")\n', [9]),
    "loop": ('def upgrade():\n    for n in (1, 2):\n        op.execute(f"SELECT {n}")\n', [10, 10]),
    "helper": (
        'def helper():\n    op.execute("SELECT 1")\n\ndef upgrade():\n    helper()\n    helper()\n',
        [9, 9],
    ),
    "alias": ('def upgrade():\n    run = op.execute\n    run("SELECT 1")\n', [10]),
    "several lines of one call": (
        "def upgrade():\n    op.add_column(\n        't',\n        sa.Column('c', sa.Text),\n    )\n",
        [9],
    ),
    "lambda": ('def upgrade():\n    f = lambda: op.execute("SELECT 1")\n    f()\n', [9]),
    "comprehension": ('def upgrade():\n    [op.execute(s) for s in ("SELECT 1", "SELECT 2")]\n', [9, 9]),
    "table with index and comment": (
        "def upgrade():\n    op.create_table('t', sa.Column('c', sa.Text, index=True, comment='x'))\n",
        [9, 9, 9],
    ),
    "batch": (
        (
            "def upgrade():\n    with op.batch_alter_table('t') as batch:\n"
            "        batch.add_column(sa.Column('c', sa.Text))\n\n        batch.drop_column('d')\n"
        ),
        [10, 12],
    ),
    "batch in a loop": (
        (
            "def upgrade():\n    with op.batch_alter_table('t') as b:\n        for c in 'xy':\n"
            "            b.drop_column(c)\n    op.drop_table('t')\n"
        ),
        [11, 11, 12],
    ),
    "autocommit block": (
        (
            "def upgrade():\n    with op.get_context().autocommit_block():\n"
            "        op.create_index('i', 't', ['c'], postgresql_concurrently=True)\n"
        ),
        [10],
    ),
    "through the mock connection": ('def upgrade():\n    op.get_bind().execute(sa.text("SELECT 1"))\n', [9]),
    "bulk insert": (
        (
            "def upgrade():\n    t = sa.table('t', sa.column('c', sa.Integer))\n"
            "    op.bulk_insert(t, [{'c': 1}, {'c': 2}])\n"
        ),
        [10, 10],
    ),
    "invoked operation object": (
        (
            "def upgrade():\n    from alembic.operations.ops import ExecuteSQLOp\n"
            "    op.invoke(ExecuteSQLOp('SELECT 1'))\n"
        ),
        [10],
    ),
}


@pytest.mark.parametrize(("body", "lines"), LINES.values(), ids=LINES)
def test_the_line_is_the_innermost_one_inside_the_revision(
    workbench: Workbench, body: str, lines: list[int]
) -> None:
    assert [s.line for s in workbench.statements(body)] == lines


def test_a_custom_operation_is_told_at_the_line_that_calls_it(workbench: Workbench) -> None:
    workbench.write(
        "operations.py",
        "from alembic.operations import MigrateOperation, Operations\n"
        "@Operations.register_operation('grant')\n"
        "class Grant(MigrateOperation):\n"
        "    def __init__(self, table): self.table = table\n"
        "    @classmethod\n"
        "    def grant(cls, operations, table): return operations.invoke(cls(table))\n"
        "@Operations.implementation_for(Grant)\n"
        "def run(operations, operation):\n"
        "    operations.execute('GRANT SELECT ON %s TO PUBLIC' % operation.table)\n",
    )
    workbench.write(
        "migrations/env.py", "import operations\n" + (workbench.folder / "migrations/env.py").read_text()
    )
    (statement,) = workbench.statements("def upgrade():\n    pass\n    op.grant('t')\n")
    assert (statement.line, statement.sql, statement.origin) == (10, "GRANT SELECT ON t TO PUBLIC", "written")


ORIGINS = {
    "text": ('op.execute("SELECT 1")', "written"),
    "sa.text": ('op.execute(sa.text("SELECT 1"))', "written"),
    "sa.DDL": ('op.execute(sa.DDL("DROP TABLE %(t)s", context={"t": "x"}))', "written"),
    "insert construct": ("op.execute(sa.table('t', sa.column('c')).insert().values(c=1))", "generated"),
    "operation": ("op.drop_table('t')", "generated"),
}


@pytest.mark.parametrize(("call", "origin"), ORIGINS.values(), ids=ORIGINS)
def test_the_origin_says_who_wrote_the_sql(workbench: Workbench, call: str, origin: str) -> None:
    assert [s.origin for s in workbench.statements(f"def upgrade():\n    {call}\n")] == [origin]


TRANSACTIONS = {
    "inside": ('op.execute("SELECT 1")', [True]),
    "autocommit block and after": (
        'with op.get_context().autocommit_block(): op.execute("SELECT 1")\n    op.execute("SELECT 2")',
        [False, True],
    ),
    "the revision's own COMMIT and BEGIN": (
        'op.execute("COMMIT")\n    op.execute("SELECT 1")\n    op.execute("begin")\n    op.execute("SELECT 2")',
        [True, False, False, True],
    ),
    "COMMIT within one text": ('op.execute("COMMIT; SELECT 1; BEGIN; SELECT 2")', [True, False, False, True]),
    "END of a function body is no COMMIT": (
        'op.execute("DO $$ BEGIN PERFORM 1; END $$; SELECT 1")\n    op.execute("SELECT 2")',
        [True, True, True],
    ),
    "ROLLBACK TO a savepoint": ('op.execute("ROLLBACK TO SAVEPOINT s; SELECT 1")', [True, True]),
}


@pytest.mark.parametrize(("body", "inside"), TRANSACTIONS.values(), ids=TRANSACTIONS)
def test_the_transaction_state(workbench: Workbench, body: str, inside: list[bool]) -> None:
    assert [s.in_transaction for s in workbench.statements(f"def upgrade():\n    {body}\n")] == inside


def test_without_transactional_ddl_nothing_is_in_a_transaction(workbench: Workbench) -> None:
    env = workbench.folder / "migrations/env.py"
    env.write_text(
        env.read_text().replace("literal_binds=True", "literal_binds=True, transactional_ddl=False")
    )
    assert [
        s.in_transaction for s in workbench.statements('def upgrade():\n    op.execute("SELECT 1")\n')
    ] == [False]


SPLIT = {
    "two": ("SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
    "a semicolon in a string": ("SELECT 'a;b'", ["SELECT 'a;b'"]),
    "a dollar quoted body": ("DO $$BEGIN NULL; END$$; SELECT 1", ["DO $$BEGIN NULL; END$$", "SELECT 1"]),
    "a SQL body": (
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 2",
        ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", "SELECT 2"],
    ),
    "a comment behind the semicolon stays": (
        "SELECT 1; -- noqa\nSELECT 2",
        ["SELECT 1; -- noqa", "SELECT 2"],
    ),
    "a comment before": ("-- one\nSELECT 1;\n-- two\nSELECT 2;", ["-- one\nSELECT 1", "-- two\nSELECT 2"]),
    "empty statements": (";;SELECT 1;;", ["SELECT 1"]),
    "nothing": (" ; ", []),
    "what the parser refuses": (
        "ALTER TABLE t MODIFY c int; SELECT ';'",
        ["ALTER TABLE t MODIFY c int", "SELECT ';'"],
    ),
    "what the scanner refuses": ("SELECT 'open; SELECT 2", ["SELECT 'open; SELECT 2"]),
    "binds left over": ("SELECT %(a)s; SELECT 2", ["SELECT %(a)s", "SELECT 2"]),
    "other letters": ("SELECT 'é'; SELECT 'ü;'", ["SELECT 'é'", "SELECT 'ü;'"]),
}


@pytest.mark.parametrize(("text", "statements"), SPLIT.values(), ids=SPLIT)
def test_one_text_is_told_apart_into_statements(
    workbench: Workbench, text: str, statements: list[str]
) -> None:
    emitted = workbench.statements(
        f"def upgrade():\n    op.execute(sa.text({text!r}.replace(':', '\\\\:')))\n"
    )
    assert [s.sql for s in emitted] == statements


def test_generated_sql_is_never_split(workbench: Workbench) -> None:
    body = "def upgrade():\n    t = sa.table('t', sa.column('c', sa.Text))\n    op.bulk_insert(t, [{'c': 'a; b'}])\n"
    assert [s.sql for s in workbench.statements(body)] == ["INSERT INTO t (c) VALUES ('a; b')"]


TEXTS = {
    "triple quoted": (
        'def upgrade():\n    op.execute("""\n        SELECT 1,\n               2\n    """)\n',
        [(10, 8), (11, 0)],
    ),
    "on the call's own line": ('def upgrade():\n    op.execute("SELECT 1")\n', [(9, 16)]),
    "line by line": (
        'def upgrade():\n    op.execute(\n        "SELECT 1,\\n"\n        "       2"\n    )\n',
        [(10, 9), (11, 9)],
    ),
    "one SQL line in two literals": (
        'def upgrade():\n    op.execute("SELECT "\n               "1")\n',
        [(9, 16)],
    ),
    "module constant": (
        'SQL = """\nSELECT 1,\n2\n"""\n\ndef upgrade():\n    op.execute(SQL)\n',
        [(9, 0), (10, 0)],
    ),
    "dedent": (
        'import textwrap\ndef upgrade():\n    op.execute(textwrap.dedent("""\\\n        SELECT 1,\n          2\n"""))\n',
        [(11, 8), (12, 8)],
    ),
    "f-string with a hole at the start of a line": (
        'def upgrade():\n    t = "x"\n    op.execute(f"""\n        SELECT 1 FROM\n        {t}\n        WHERE a\n    """)\n',
        [(11, 8), (12, 0), (13, 0)],
    ),
    "f-string with nested quotes and braces": (
        (
            "def upgrade():\n    d = {'a': 't'}\n    op.execute(f'''\n        SELECT '{{1}}'\n"
            "        FROM {d[\"a\"]}\n    ''')\n"
        ),
        [(11, 8), (12, 0)],
    ),
    "percent": (
        "def upgrade():\n    op.execute('''\n        SELECT '100%%'\n        FROM %s\n    ''' % 't')\n",
        [(10, 8), (11, 0)],
    ),
    "percent with names, from a constant": (
        "SQL = '''\nSELECT 1\nFROM %(t)s\n'''\ndef upgrade():\n    op.execute(SQL % {'t': 'x'})\n",
        [(9, 0), (10, 0)],
    ),
    "format": (
        "def upgrade():\n    op.execute('''\n        SELECT '{{}}'\n        FROM {t!s}\n    '''.format(t='x'))\n",
        [(10, 8), (11, 0)],
    ),
    "plus": (
        "def upgrade():\n    t = 'x'\n    op.execute('SELECT 1\\n' + 'FROM ' + t\n      + '\\nWHERE a')\n",
        [(10, 16), (10, 31), (11, 11)],
    ),
    "a literal in another function": (
        "def sql(t):\n    return f'''\n      DELETE\n      FROM {t}'''\n\ndef upgrade():\n    op.execute(sql('x'))\n",
        [(10, 6), (11, 0)],
    ),
    "a literal put into a literal": (
        "BODY = '''SELECT 1 AS a\n  FROM t'''\n\ndef upgrade():\n    op.execute(f'CREATE VIEW v AS\\n{BODY}')\n",
        [(12, 17), (8, 10), (9, 0)],
    ),
    "raw string": (
        "def upgrade():\n    op.execute(r'''\n      SELECT 'a\\d'\n        , 2''')\n",
        [(10, 6), (11, 0)],
    ),
    "escapes": ("def upgrade():\n    op.execute(\"SELECT '\\x41\\u00e9'\\n, 2\")\n", [(9, 16), (9, 37)]),
    "continued line": ('def upgrade():\n    op.execute("SELECT 1\\n \\\n, 2")\n', [(9, 16), (10, 0)]),
    "wide characters before": ('def upgrade():\n    "äöü"; op.execute("SELECT 1")\n', [(9, 23)]),
    "a parenthesis with a comment between": (
        'def upgrade():\n    op.execute(\n        "SELECT 1\\n"  # "no"\n        ", 2"\n    )\n',
        [(10, 9), (11, 9)],
    ),
    "not in the file": ('def upgrade():\n    op.execute(" ".join(["SELECT", str(40 + 2)]))\n', [(9, None)]),
    "tabs": ('def upgrade():\n    op.execute("""\n\tSELECT 1\n\t, 2""")\n', [(10, 1), (11, -2)]),
}


@pytest.mark.parametrize(("body", "spans"), TEXTS.values(), ids=TEXTS)
def test_each_line_of_written_sql_is_found_in_the_file(
    workbench: Workbench, body: str, spans: list[tuple[int, int | None]]
) -> None:
    (statement,) = workbench.statements(body)
    assert [(span.line, span.column) for span in statement.spans] == [
        (line, None if column is None else max(column, 0)) for line, column in spans
    ]


def test_the_text_nearest_to_the_call_is_taken_where_it_stands_twice(workbench: Workbench) -> None:
    body = 'def other():\n    op.execute("SELECT 1")\n\ndef upgrade():\n    op.execute("SELECT 1")\n'
    (statement,) = workbench.statements(body)
    assert [(span.line, span.column) for span in statement.spans] == [(12, 16)]


def test_each_statement_of_one_text_has_its_own_lines(workbench: Workbench) -> None:
    body = 'def upgrade():\n    op.execute("""\n        SELECT 1,\n        2; SELECT 3;\n        SELECT 4\n    """)\n'
    assert [[(span.line, span.column) for span in s.spans] for s in workbench.statements(body)] == [
        [(10, 8), (11, 0)],
        [(11, 11)],
        [(12, 8)],
    ]


def test_generated_sql_stands_wholly_at_its_line(workbench: Workbench) -> None:
    (statement,) = workbench.statements("def upgrade():\n    op.create_table('t', sa.Column('c', sa.Text))\n")
    assert [(span.line, span.column) for span in statement.spans] == [(9, None)] * 3


def test_the_indexes_of_a_new_table_come_in_the_same_order_each_time(workbench: Workbench) -> None:
    """Alembic takes them from a set of objects without a hash of their own."""
    columns = ", ".join(f"sa.Column('{name}', sa.Text, index=True)" for name in "hgfedcba")
    (_, *indexes) = workbench.statements(f"def upgrade():\n    op.create_table('t', {columns})\n")
    assert [statement.sql.split()[2] for statement in indexes] == [f"ix_t_{name}" for name in "abcdefgh"]
