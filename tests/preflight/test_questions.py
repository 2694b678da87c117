"""Each question is asked of a database with good rows and with bad ones: 0, and not 0."""

from __future__ import annotations

from typing import Any

import pytest
from assay.preflight import Query, Unasked, answers, questions
from assay.preflight.types import refused
from assay.scratch import Databases
from psycopg2 import DataError

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
CREATE DOMAIN address AS text CONSTRAINT at CHECK (VALUE LIKE '%@%');
CREATE DOMAIN home_address AS address NOT NULL;
CREATE DOMAIN small AS integer CONSTRAINT below CHECK (VALUE < 10);
CREATE DOMAIN given AS text CONSTRAINT told CHECK (VALUE IS NOT NULL);
CREATE TABLE person (id integer PRIMARY KEY, mail text, age text, known address, born text, own home_address);
CREATE TABLE ev (id bigint REFERENCES parent, made date, UNIQUE (id, made)) PARTITION BY RANGE (made, id);
CREATE TABLE ev_2025 (id bigint, made date);
CREATE TABLE ev_rest PARTITION OF ev DEFAULT;
CREATE TABLE li (k text, n integer) PARTITION BY LIST (lower(k));
CREATE TABLE li_a (k text, n integer);
CREATE TABLE ha (k text, n integer) PARTITION BY HASH (n);
CREATE TABLE ha_1 (k text, n integer);
CREATE TABLE deep (k integer, n integer) PARTITION BY LIST (k);
CREATE TABLE deep_1 PARTITION OF deep FOR VALUES IN (1, 2) PARTITION BY RANGE (n);
CREATE TABLE deep_1_1 (k integer, n integer);
CREATE TABLE at_ev (ev bigint, made date, FOREIGN KEY (ev, made) REFERENCES ev (id, made));
"""

ROWS = """
INSERT INTO parent VALUES (1, 1, 1, 1);
INSERT INTO child VALUES (1, 1, 1, 1, 'a', 'abc', 1.5, 1, '[1,2)', 1, 1, 'calm');
INSERT INTO person VALUES (1, 'a@b', ' 9 ', 'a@b', NULL, 'a@b');
INSERT INTO ev_2025 VALUES (1, '2025-01-01'), (1, '2025-12-31');
INSERT INTO ev VALUES (1, '2024-01-01'), (1, '2026-01-01');
INSERT INTO li_a VALUES ('A', 1), ('b', 2);
INSERT INTO ha_1 SELECT 'x', n FROM generate_series(1, 50) AS n
    WHERE satisfies_hash_partition('ha'::regclass, 4, 1, n);
INSERT INTO deep_1_1 VALUES (1, 5), (2, 9)
"""

BAD = """
INSERT INTO child VALUES (2, 9, 2, NULL, NULL, 'abcdef', 99999, 99999999999, '[1,3)', -1, -1, 'glad'),
    (3, 9, 2, 3, 'A', 'abcdef', 99999, 99999999999, '[1,3)', -1, -1, 'glad');
INSERT INTO person VALUES (2, 'nobody', '10', NULL, 'soon', 'c@d'), (3, NULL, 'x', 'c@d', '2001-02-03', 'c@d');
INSERT INTO ev_2025 VALUES (7, '2025-05-05'), (7, '2025-05-05'), (1, '2026-01-01'), (1, NULL);
INSERT INTO ev VALUES (1, '2025-02-02');
INSERT INTO at_ev VALUES (1, '2025-02-02'), (1, '2024-01-01');
INSERT INTO li_a VALUES ('c', 1), (NULL, 1);
INSERT INTO ha_1 SELECT 'x', n FROM generate_series(1, 50) AS n
    WHERE NOT satisfies_hash_partition('ha'::regclass, 4, 1, n);
INSERT INTO deep_1_1 VALUES (3, 5), (1, 10), (1, NULL)
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
    "not-null-domain": (
        'op.execute("ALTER DOMAIN address SET NOT NULL")',
        "person.known holds NULL, which address is to forbid",
        1,
    ),
    "domain-below-another": (
        """
        op.drop_column("person", "known")
        op.execute("ALTER DOMAIN address ADD CONSTRAINT long CHECK (VALUE <> 'c@d')")
        """,
        "person.own holds values that break long of address",
        2,
    ),
    "type-domain": (
        'op.execute("ALTER TABLE person ALTER mail TYPE address")',
        "person.mail holds values that break at of address",
        1,
    ),
    "new-column-of-a-domain": (
        'op.execute("ALTER TABLE person ADD COLUMN x home_address")',
        "person has rows, and the new column x is of home_address, which is NOT NULL, without a default",
        None,
    ),
    "new-column-of-a-domain-that-refuses-null": (
        'op.execute("ALTER TABLE person ADD COLUMN x given")',
        "person has rows, and the new column x is of given, whose told may refuse NULL, without a default",
        None,
    ),
    "list-partition": (
        "op.execute(\"ALTER TABLE li ATTACH PARTITION li_a FOR VALUES IN ('a', 'b')\")",
        "li_a has rows outside the bounds that it gets in li",
        2,
    ),
    "hash-partition": (
        'op.execute("ALTER TABLE ha ATTACH PARTITION ha_1 FOR VALUES WITH (MODULUS 4, REMAINDER 1)")',
        "ha_1 has rows outside the bounds that it gets in ha",
        35,
    ),
    "partition-of-a-partition": (
        'op.execute("ALTER TABLE deep_1 ATTACH PARTITION deep_1_1 FOR VALUES FROM (MINVALUE) TO (10)")',
        "deep_1_1 has rows outside the bounds that it gets in deep_1",
        3,
    ),
    "default-partition": (
        """
        op.execute("CREATE TABLE li_b PARTITION OF li FOR VALUES IN ('c', NULL)")
        op.execute("ALTER TABLE li ATTACH PARTITION li_a DEFAULT")
        """,
        "li_a has rows outside the bounds that it gets in li",
        2,
    ),
    "partition-beside-a-default-one": (
        """
        bounds = "FROM ('2025-02-01', 0) TO ('2025-03-01', MAXVALUE)"
        op.execute(f"CREATE TABLE ev_2 PARTITION OF ev FOR VALUES {bounds}")
        """,
        "ev_rest has rows that belong into ev_2",
        1,
    ),
    "detached-partition": (
        'op.execute("ALTER TABLE ev DETACH PARTITION ev_rest")',
        "at_ev has rows whose ev, made refers to ev_rest",
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


def test_an_attached_partition_is_asked_all_that_its_table_demands(lab: Lab, filled: Filled) -> None:
    attach = "ATTACH PARTITION ev_2025 FOR VALUES FROM ('2025-01-01', MINVALUE) TO ('2025-12-31', MAXVALUE)"
    queries = [
        each for each in asked(lab, f'op.execute("ALTER TABLE ev {attach}")') if isinstance(each, Query)
    ]
    told = dict(
        zip([query.title for query in queries], found(filled, queries, ROWS + ";" + BAD), strict=True)
    )
    assert told == {
        "ev_2025 has rows outside the bounds that it gets in ev": 2,
        "ev_rest has rows that belong into ev_2025": 1,
        "ev_2025 has rows whose id is not in parent": 2,
        "ev_2025 has rows that are equal in id, made": 1,
    }
    assert found(filled, queries, ROWS) == [0, 0, 0, 0]


def test_a_type_below_a_domain_is_asked_for_first(lab: Lab, filled: Filled) -> None:
    body = 'op.execute("ALTER TABLE person ALTER age TYPE small USING age::small")'
    queries = [each for each in asked(lab, body) if isinstance(each, Query)]
    assert [query.title for query in queries] == [
        "person.age holds values that are no integer",
        "person.age holds values that break below of small",
    ]
    assert found(filled, queries, ROWS) == [0, 0]
    assert found(filled, queries, ROWS + ";" + BAD) == [1, 1]


TEXTS = {
    "smallint": ("1|-32768| 32767 |+5|007", "x|32768|-32769|1.5||1 2|-"),
    "integer": ("2147483647|-2147483648", "2147483648|1e3|٣"),
    "bigint": ("9223372036854775807", "9223372036854775808|99999999999999999999999999"),
    "numeric": ("1|-1.5|.5|5.|1e10|-1E-3|NaN|Infinity|-inf", "x|.|1.2.3|1e|e5|"),
    "numeric(4,2)": ("99.99|-99.994|NaN", "99.995|100|1e2|Infinity"),
    "boolean": ("t|TRUE| yes |on|of|0|1|n|F", "o|2|truely|"),
    "uuid": (
        "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11|{a0eebc999c0b4ef8bb6d6bb9bd380a11}|a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
        "x|{a0eebc999c0b4ef8bb6d6bb9bd380a11|a0eebc999c0b4ef8bb6d6bb9bd380a1| a0eebc999c0b4ef8bb6d6bb9bd380a11",
    ),
}
"""Of each type: texts that PostgreSQL reads, and texts that it refuses."""

SINCE_16 = {"integer": "0x1F|1_000|-0b101|0o17", "numeric": "0x1F|1_000.5"}


@pytest.mark.each_version
@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_told_from_values_on_every_server(
    lab: Lab, database_server: tuple[str, Databases], name: str
) -> None:
    good, bad = (texts.split("|") for texts in TEXTS[name])
    modern = SINCE_16.get(name, "")
    (good if lab.major >= 16 else bad).extend(modern.split("|") if modern else [])
    said = refused("v", "text", name)
    assert said is not None
    assert "pg_input_is_valid" not in said[1]
    asking = f"SELECT coalesce({said[1]}, false) FROM (SELECT %s::text AS v OFFSET 0) AS t"
    databases = database_server[1]
    with databases.fresh() as fresh, databases.server.connect(fresh) as session, session.cursor() as cursor:
        for text in [*good, *bad]:
            cursor.execute(asking, [text])
            assert cursor.fetchone() == (text in bad,), text
            assert _is_read(cursor, text, name) == (text in good), text
        cursor.execute(asking, [None])
        assert cursor.fetchone() == (False,)


def _is_read(cursor: Any, text: str, name: str) -> bool:
    try:
        cursor.execute(f"SELECT %s::{name}", [text])
    except DataError:
        return False
    return True


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
    "nullable-domain": 'op.execute("ALTER TABLE person ADD COLUMN x address")',
    "domain-with-a-default": """op.execute("ALTER TABLE person ADD COLUMN x home_address DEFAULT 'a@b'")""",
    "its-own-domain": 'op.execute("ALTER TABLE person ALTER own TYPE address")',
    "new-partition": "op.execute(\"CREATE TABLE li_c PARTITION OF li FOR VALUES IN ('c')\")",
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
