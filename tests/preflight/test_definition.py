from __future__ import annotations

import pytest
from assay.preflight import Constraint, Index, constraint, index
from assay.preflight.grammar import literal, quoted
from assay.preflight.types import refused


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        pytest.param(
            "PRIMARY KEY (a, b) INCLUDE (c)", Constraint("primary key", ("a", "b")), id="primary-key"
        ),
        pytest.param(
            "UNIQUE NULLS NOT DISTINCT (a)",
            Constraint("unique", ("a",), nulls_not_distinct=True),
            id="unique",
        ),
        pytest.param(
            'FOREIGN KEY ("T id", b) REFERENCES billing.t(id, "X") MATCH FULL ON DELETE CASCADE',
            Constraint(
                "foreign key",
                ("T id", "b"),
                referenced_schema="billing",
                referenced="t",
                referenced_columns=("id", "X"),
                match_full=True,
            ),
            id="foreign-key",
        ),
        pytest.param("CHECK ((x > 0)) NO INHERIT", Constraint("check", expression="((x > 0))"), id="check"),
        pytest.param(
            "EXCLUDE USING gist (a WITH =, r WITH OPERATOR(public.&&)) WHERE ((a > 1))",
            Constraint("exclude", ("a", "r"), operators=("=", "OPERATOR(public.&&)"), where="((a > 1))"),
            id="exclude",
        ),
        pytest.param(
            "EXCLUDE USING gist (tsrange(a, b) WITH &&)",
            Constraint("exclude", operators=("&&",)),
            id="exclude-expression",
        ),
        pytest.param("nonsense", None, id="nonsense"),
    ],
)
def test_a_constraint_is_taken_apart(definition: str, expected: Constraint | None) -> None:
    assert constraint(definition) == expected


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        pytest.param(
            'btree (lower((x)::text) text_pattern_ops DESC, "C c") INCLUDE (id) WHERE (id > 3)',
            Index(
                "btree",
                ("lower((x)::text) text_pattern_ops DESC", '"C c"'),
                (None, "C c"),
                included=("id",),
                where="(id > 3)",
                expressions=("lower((x)::text)", '"C c"'),
            ),
            id="everything",
        ),
        pytest.param(
            "gin (a jsonb_path_ops)",
            Index("gin", ("a jsonb_path_ops",), ("a",), expressions=("a",)),
            id="operator-class",
        ),
        pytest.param(
            "btree (((a + b)), c) NULLS NOT DISTINCT WITH (fillfactor='70')",
            Index(
                "btree",
                ("((a + b))", "c"),
                (None, "c"),
                expressions=("((a + b))", "c"),
                nulls_not_distinct=True,
                options=(("fillfactor", "70"),),
            ),
            id="parentheses",
        ),
        pytest.param(
            "PRIMARY KEY (a, b) INCLUDE (c)",
            Index("btree", ("a", "b"), ("a", "b"), included=("c",), expressions=("a", "b")),
            id="behind-a-key",
        ),
    ],
)
def test_an_index_is_taken_apart(definition: str, expected: Index) -> None:
    assert index(definition) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("orders", "orders"),
        ("Order", '"Order"'),
        ("order", '"order"'),
        ("name", "name"),
        ('a"b', '"a""b"'),
        ("ü", '"ü"'),
    ],
)
def test_a_name_is_quoted_where_it_has_to_be(name: str, expected: str) -> None:
    assert quoted(name) == expected


def test_a_constant_keeps_its_quotes_and_backslashes() -> None:
    assert (literal("it's"), literal("a\\b")) == ("'it''s'", "E'a\\\\b'")


@pytest.mark.parametrize(
    ("old", "new", "condition"),
    [
        pytest.param("character varying(10)", "character varying(20)", None, id="varchar-widened"),
        pytest.param("character varying(20)", "character varying(10)", "char_length(rtrim(c::text, ' ')) > 10", id="varchar"),
        pytest.param("text", "character varying(10)", "char_length(rtrim(c::text, ' ')) > 10", id="text-varchar"),
        pytest.param("text", "character varying", None, id="text-to-unlimited"),
        pytest.param("character varying(10)", "text", None, id="varchar-text"),
        pytest.param("numeric(10,2)", "numeric(12,2)", None, id="numeric-widened"),
        pytest.param("numeric(10,2)", "numeric(10,4)", "abs(round(nullif(c::numeric, 'NaN'), 4)) >= 1e6::numeric", id="numeric-scale"),
        pytest.param("numeric(10,4)", "numeric(8,2)", "abs(round(nullif(c::numeric, 'NaN'), 2)) >= 1e6::numeric", id="numeric-rounds-up"),
        pytest.param("numeric", "numeric(6,2)", "abs(round(nullif(c::numeric, 'NaN'), 2)) >= 1e4::numeric", id="numeric-free"),
        pytest.param("numeric(6,2)", "numeric", None, id="numeric-unconstrained"),
        pytest.param("smallint", "numeric(5,0)", None, id="smallint-fits"),
        pytest.param("integer", "bigint", None, id="int-widened"),
        pytest.param("bigint", "integer", "c NOT BETWEEN -2147483648 AND 2147483647", id="bigint-integer"),
        pytest.param("double precision", "smallint", "round(c::numeric) NOT BETWEEN -32768 AND 32767", id="float"),
        pytest.param("text", "date", "NOT pg_input_is_valid(c::text, 'date')", id="text-date"),
        pytest.param("timestamp without time zone", "timestamp with time zone", None, id="timestamptz"),
        pytest.param("text[]", "character varying(3)[]", None, id="arrays-are-not-asked"),
    ],
)  # fmt: skip
def test_what_a_type_refuses(old: str, new: str, condition: str | None) -> None:
    found = refused("c", old, new)
    assert (found[1] if found else None) == condition
