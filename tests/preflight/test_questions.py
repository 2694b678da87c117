"""Each question is asked of a database with good rows and with bad ones: 0, and not 0."""

from __future__ import annotations

import pytest
from assay.preflight import Query, Unasked, answers, questions

from tests.rules.lab import UPGRADE_LINE, Judged, Lab, revision_file

from .conftest import Filled

BASE = """
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE DOMAIN positive AS integer;
CREATE TABLE parent (id integer PRIMARY KEY, "K" integer UNIQUE, x integer, y integer, UNIQUE (x, y));
CREATE TABLE child (
    id integer PRIMARY KEY, parent_id integer, px integer, py integer, note text, code varchar(10),
    amount numeric, big bigint, r int4range, p positive, "Order" integer, mood text
);
"""

ROWS = """
INSERT INTO parent VALUES (1, 1, 1, 1);
INSERT INTO child VALUES (1, 1, 1, 1, 'a', 'abc', 1.5, 1, '[1,2)', 1, 1, 'calm')
"""

BAD = """
INSERT INTO child VALUES (2, 9, 2, NULL, NULL, 'abcdef', 99999, 99999999999, '[1,3)', -1, -1, 'glad'),
    (3, 9, 2, 3, 'A', 'abcdef', 99999, 99999999999, '[1,3)', -1, -1, 'glad')
"""


def judge(lab: Lab, *bodies: str) -> Judged:
    body = f"op.execute({BASE!r})"
    files = {"base": revision_file(body, revision="base", down_revision=None)}
    before = "base"
    for n, body in enumerate(bodies, 1):
        files[f"r{n}"] = revision_file(body, 'raise NotImplementedError("no")', f"r{n}", before)
        before = f"r{n}"
    return lab.judge(files, [f"r{n}" for n in range(1, len(bodies) + 1)], together=True)


def asked(lab: Lab, *bodies: str) -> list[Query | Unasked]:
    return list(questions(judge(lab, *bodies).tracing))


def found(filled: Filled, queries: list[Query], rows: str) -> list[int]:
    """What a database with the base schema and these rows answers."""
    with filled(BASE, rows) as url:
        answered = list(answers(queries, url))
    assert all(answer.error is None for answer in answered), [a.error for a in answered]
    return [int(answer.found or -1) for answer in answered]


CASES = {
    "not-null": ('op.alter_column("child", "note", nullable=False)', "child.note holds NULL", 1),
    "new-column": (
        'op.add_column("child", sa.Column("added", sa.Integer(), nullable=False))',
        "child has rows, and the new column added is NOT NULL without a default",
        None,
    ),
    "check": (
        """op.create_check_constraint("ck", "child", '"Order" > 0')""",
        "child has rows that break ck",
        2,
    ),
    "validate": (
        """
        op.execute("ALTER TABLE child ADD CONSTRAINT ck CHECK (amount < 10) NOT VALID")
        op.execute("ALTER TABLE child VALIDATE CONSTRAINT ck")
        """,
        "child has rows that break ck",
        2,
    ),
    "unique": (
        'op.create_unique_constraint("uq", "child", ["code", "big"])',
        "child has rows that are equal in code, big",
        1,
    ),
    "unique-index": (
        'op.create_index("uq", "child", [sa.text("lower(note)")], unique=True, postgresql_where=sa.text("big > 0"))',
        "child has rows that are equal in lower(note)",
        1,
    ),
    "unique-concurrently": (
        """
        with op.get_context().autocommit_block():
            op.create_index("uq", "child", ["code"], unique=True, postgresql_concurrently=True)
        """,
        "child has rows that are equal in code",
        1,
    ),
    "foreign-key": (
        'op.create_foreign_key("fk", "child", "parent", ["parent_id"], ["K"])',
        "child has rows whose parent_id is not in parent",
        2,
    ),
    "foreign-key-match-full": (
        'op.create_foreign_key("fk", "child", "parent", ["px", "py"], ["x", "y"], match="FULL")',
        "child has rows whose px, py is not in parent",
        2,
    ),
    "exclusion": (
        'op.execute("ALTER TABLE child ADD CONSTRAINT ex EXCLUDE USING gist (r WITH &&) WHERE (px > 1)")',
        "child has rows that ex excludes",
        1,
    ),
    "domain": (
        'op.execute("ALTER DOMAIN positive ADD CONSTRAINT pos CHECK (VALUE > 0)")',
        "child.p holds values that break pos of positive",
        2,
    ),
    "varchar": (
        'op.alter_column("child", "code", type_=sa.String(5))',
        "child.code holds values longer than 5 characters",
        2,
    ),
    "numeric": (
        'op.alter_column("child", "amount", type_=sa.Numeric(6, 2))',
        "child.amount holds values out of the range of numeric(6,2)",
        2,
    ),
    "integer": (
        'op.alter_column("child", "big", type_=sa.Integer())',
        "child.big holds values out of the range of integer",
        2,
    ),
    "enum": (
        'op.execute("ALTER TABLE child ALTER COLUMN mood TYPE mood USING mood::mood")',
        "child.mood holds values that are no public.mood",
        2,
    ),
    "renamed-before": (
        """
        op.alter_column("child", "px", new_column_name="p_x")
        op.rename_table("child", "kid")
        op.create_unique_constraint("uq", "kid", ["p_x"])
        """,
        "kid has rows that are equal in p_x",
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "title", "bad"), CASES.values(), ids=CASES)
def test_a_question_tells_good_data_from_bad(
    lab: Lab, filled: Filled, body: str, title: str, bad: int | None
) -> None:
    queries = [each for each in asked(lab, body) if isinstance(each, Query)]
    assert [query.title for query in queries] == [title]
    assert found(filled, queries, ROWS if bad is not None else "SELECT 1") == [0]
    assert found(filled, queries, ROWS + ";" + BAD) == [bad if bad is not None else 1]


NOTHING = {
    "nullable-column": 'op.add_column("child", sa.Column("added", sa.Integer()))',
    "default": 'op.add_column("child", sa.Column("a", sa.Integer(), server_default="1", nullable=False))',
    "identity": 'op.add_column("child", sa.Column("a", sa.Integer(), sa.Identity(), nullable=False))',
    "not-valid": 'op.execute("ALTER TABLE child ADD CONSTRAINT ck CHECK (amount < 10) NOT VALID")',
    "widened": 'op.alter_column("child", "code", type_=sa.String(20))',
    "text": 'op.alter_column("child", "code", type_=sa.Text())',
    "nullable": 'op.alter_column("child", "note", nullable=True)',
    "index": 'op.create_index("ix", "child", ["code"])',
    "new-table": """
        op.create_table(
            "other",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("child_id", sa.Integer(), sa.ForeignKey("child.id"), unique=True),
            sa.CheckConstraint("child_id > 0"),
        )
    """,
    "rows-only": """op.execute("UPDATE child SET note = 'x'")""",
}


@pytest.mark.parametrize("body", NOTHING.values(), ids=NOTHING)
def test_what_no_data_can_refuse_asks_nothing(lab: Lab, body: str) -> None:
    assert asked(lab, body) == []


def test_a_valid_check_has_proven_not_null(lab: Lab) -> None:
    check = """
        op.execute("ALTER TABLE child ADD CONSTRAINT ck CHECK (note IS NOT NULL) NOT VALID")
        op.execute("ALTER TABLE child VALIDATE CONSTRAINT ck")
    """
    titles = [each.title for each in asked(lab, check, 'op.alter_column("child", "note", nullable=False)')]
    assert titles == ["child has rows that break ck"]


def test_a_key_that_takes_an_index_over_asks_once(lab: Lab) -> None:
    index = 'op.create_index("uq", "child", ["code"], unique=True)'
    over = 'op.execute("ALTER TABLE child ADD CONSTRAINT uq UNIQUE USING INDEX uq")'
    assert [each.title for each in asked(lab, index, over)] == ["child has rows that are equal in code"]


UNASKED = {
    "column-of-an-earlier-revision": (
        ('op.add_column("child", sa.Column("a", sa.Integer()))', 'op.create_unique_constraint("uq", "child", ["a"])'),
        "child.a is made by the new revisions",
    ),
    "backfilled-first": (
        (
            """op.execute("UPDATE child SET note = '' WHERE note IS NULL")""",
            'op.alter_column("child", "note", nullable=False)',
        ),
        f"an earlier statement (migrations/versions/r1.py:{UPGRADE_LINE}) changes these values first",
    ),
    "renamed-in-a-check": (
        (
            'op.alter_column("child", "px", new_column_name="p_x")\nop.create_check_constraint("ck", "child", "p_x > 0")',
        ),
        "child.p_x is called px before the new revisions",
    ),
    "new-parent": (
        (
            """
            op.create_table("p", sa.Column("id", sa.Integer(), primary_key=True))
            op.create_foreign_key("fk", "child", "p", ["px"], ["id"])
            """,
        ),
        "p is made by the new revisions",
    ),
    "using": (
        ("""op.alter_column("child", "code", type_=sa.String(3), postgresql_using="left(code, 3)")""",),
        "its USING expression decides which values it takes",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("bodies", "why"), UNASKED.values(), ids=UNASKED)
def test_what_cannot_be_asked_is_said(lab: Lab, bodies: tuple[str, ...], why: str) -> None:
    (only,) = asked(lab, *bodies)
    assert isinstance(only, Unasked)
    assert only.why == why


def test_another_column_that_is_backfilled_does_not_matter(lab: Lab) -> None:
    titles = [
        each.title
        for each in asked(
            lab, 'op.execute("UPDATE child SET px = 1")', 'op.alter_column("child", "note", nullable=False)'
        )
        if isinstance(each, Query)
    ]
    assert titles == ["child.note holds NULL"]


def test_a_query_that_cannot_be_answered_is_no_success(lab: Lab, filled: Filled) -> None:
    (query,) = asked(lab, 'op.alter_column("child", "note", nullable=False)')
    assert isinstance(query, Query)
    with filled() as url:
        (answer,) = answers([query], url)
    assert not answer.fine
    assert answer.error == 'relation "public.child" does not exist'


def test_a_query_ends_at_its_timeout_and_cannot_write(filled: Filled) -> None:
    slow = Query("slow", "SELECT pg_sleep(5)", "r", "p.py", 1, "")
    creating = Query("creating", "CREATE TABLE t ()", "r", "p.py", 1, "")
    with filled() as url:
        told = [answer.error or "" for answer in answers([slow, creating], url, timeout=0.2)]
    assert told[0] == "canceling statement due to statement timeout"
    assert told[1] == "cannot execute CREATE TABLE in a read-only transaction"
