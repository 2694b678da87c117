from __future__ import annotations

from typing import Any

import pytest
from assay.history.parse import is_revision_file, parse
from hypothesis import given
from hypothesis import strategies as st

HEAD = 'revision = "ab12"\n'


def read(text: str | bytes, name: str = "ab12_x.py") -> dict[str, Any]:
    parsed = parse(text.encode() if isinstance(text, str) else text, name)
    return {
        "id": parsed.id,
        "down": parsed.down_revisions,
        "troubles": [(each.kind, each.line) for each in parsed.troubles],
    }


@pytest.mark.parametrize(
    ("written", "down"),
    [
        pytest.param("down_revision = None", (), id="none"),
        pytest.param("down_revision = 'a'", ("a",), id="text"),
        pytest.param("down_revision: Union[str, None] = 'a'", ("a",), id="annotated"),
        pytest.param("down_revision = ('a', 'b')", ("a", "b"), id="tuple"),
        pytest.param("down_revision = ['a', 'b']", ("a", "b"), id="list"),
        pytest.param("down_revision = {'a', 'b'}", ("a", "b"), id="set"),
        pytest.param("down_revision = ('a',)", ("a",), id="tuple-of-one"),
        pytest.param("down_revision = ()", (), id="empty-tuple"),
        pytest.param("down_revision = 'a' 'b'", ("ab",), id="implicit-concatenation"),
        pytest.param("down_revision = 'a' + 'b'", ("ab",), id="sum"),
        pytest.param("PARENT = 'a'\ndown_revision = PARENT", ("a",), id="name"),
        pytest.param("A, B = 'a', 'b'\ndown_revision = (A, B)", ("a", "b"), id="unpacked-names"),
        pytest.param("(down_revision, depends_on) = ('a', None)", ("a",), id="unpacked"),
        pytest.param("x = down_revision = 'a'", ("a",), id="chained"),
        pytest.param("down_revision = 'b'\ndown_revision = 'a'", ("a",), id="last-wins"),
        pytest.param("def f(): ...\n\n\ndown_revision = 'a'", ("a",), id="after-a-function"),
        pytest.param("down_revision = ('a', 'a')", ("a",), id="twice"),
    ],
)
def test_reads_the_parents(written: str, down: tuple[str, ...]) -> None:
    assert read(f"{HEAD}{written}\n") == {"id": "ab12", "down": down, "troubles": []}


@pytest.mark.parametrize(
    ("written", "line"),
    [
        pytest.param("down_revision = f()", 2, id="call"),
        pytest.param("\ndown_revision = other.revision", 3, id="attribute"),
        pytest.param("down_revision = f'{x}'", 2, id="f-string"),
        pytest.param("down_revision = ('a', x)", 2, id="in-a-tuple"),
        pytest.param("from other import down_revision", 2, id="import"),
        pytest.param("if x:\n    down_revision = 'a'", 2, id="in-a-block"),
        pytest.param("down_revision = 'a'\ndown_revision += 'b'", 3, id="augmented"),
        pytest.param("down_revision, y = f()", 2, id="unpacked-call"),
        pytest.param("def down_revision(): ...", 2, id="function"),
        pytest.param("*down_revision, y = 'a', 'b'", 2, id="starred"),
    ],
)
def test_says_what_is_computed(written: str, line: int) -> None:
    assert read(f"{HEAD}{written}\n") == {"id": "ab12", "down": (), "troubles": [("computed", line)]}


def test_takes_the_docstrings_word_for_what_is_computed() -> None:
    text = '"""x\n\nRevision ID: ab12\nRevises: a, b\n"""\nrevision = f()\ndown_revision = g()\n'
    expected = {"id": "ab12", "down": ("a", "b"), "troubles": [("computed", 6), ("computed", 7)]}
    assert read(text) == expected


@pytest.mark.parametrize(
    ("content", "line", "why"),
    [
        pytest.param(b"x = 1\nrevision = (\n", 2, "is not valid Python: '(' was never", id="syntax"),
        pytest.param(b"x = 1\nreturn 1\n", 2, "is not valid Python: 'return' out", id="return"),
        pytest.param(b"# a\n\n# caf\xe9\n", 3, "is not UTF-8: byte 0xe9", id="latin-1"),
        pytest.param(b"# caf\xe9\n", 1, "has no usable encoding", id="latin-1-first-line"),
        pytest.param(b"# coding: klingon\n", 1, "has no usable encoding", id="unknown-cookie"),
        pytest.param(b"# coding: ascii\n\n# caf\xc3\xa9\n", 3, "is not ASCII", id="not-ascii"),
        pytest.param(b"x = 1\n\0", 2, "holds a NUL byte", id="nul"),
        pytest.param("x = 1".encode("utf-16"), 1, "is UTF-16", id="utf-16"),
        pytest.param(b"x = " + b"(" * 300 + b")" * 300, None, "is not", id="deep"),
        pytest.param(b"down_revision = None\n", None, "has no `revision`", id="no-revision"),
        pytest.param(b"revision = 'a'\n", None, "has no `down_revision`", id="no-down-revision"),
        pytest.param(b"revision = 1\ndown_revision = None", 1, "has a `revision` that", id="number"),
        pytest.param(b"revision = ''\ndown_revision = None", 1, "has a `revision` that", id="empty"),
        pytest.param(b"revision = 'a-b'\ndown_revision = None", 1, "has the id 'a-b'", id="illegal"),
        pytest.param(b"revision = 'a'\ndown_revision = 1", 2, "has a `down_revision`", id="parent"),
    ],
)
def test_says_why_a_file_cannot_be_read(content: bytes, line: int | None, why: str) -> None:
    (trouble,) = parse(content, "x_y.py").troubles
    assert (trouble.kind, trouble.why[: len(why)]) == ("unreadable", why)
    assert line is None or trouble.line == line


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("# coding: latin-1\nmessage = 'caf\u00e9'\n".encode("latin-1"), id="latin-1-cookie"),
        pytest.param(b"\xef\xbb\xbf", id="byte-order-mark"),
        pytest.param(b"x = 1\r\n", id="crlf"),
        pytest.param(b"x = '\\d'\n", id="invalid-escape"),
    ],
)
def test_reads_what_python_reads(content: bytes) -> None:
    text = content + b"revision = 'a'\ndown_revision = None\n"
    assert read(text) == {"id": "a", "down": (), "troubles": []}


def test_takes_the_id_from_an_old_file_name() -> None:
    assert read("down_revision = None\n", "1a2b.py") == {"id": "1a2b", "down": (), "troubles": []}


def test_reads_message_date_labels_and_lines() -> None:
    text = (
        '"""Add an index.\n\nMore.\n\nRevision ID: ab12\nCreate Date: 2026-01-02 03:04:05\n\n"""\n'
        "revision = 'ab12'\ndown_revision = None\nbranch_labels = ('x', 'y')\ndepends_on = 'z'\n"
    )
    parsed = parse(text.encode(), "ab12.py")
    assert (parsed.message, parsed.create_date) == ("Add an index.", "2026-01-02 03:04:05")
    assert (parsed.branch_labels, parsed.depends_on) == (("x", "y"), ("z",))
    assert (parsed.line, parsed.down_line) == (9, 10)


@pytest.mark.parametrize(
    ("name", "loaded"),
    [
        ("a.py", True),
        ("_a.py", True),
        ("__init__.py", False),
        ("__init__x.py", False),
        (".#a.py", False),
        (".a.py", True),
        ("a.pyc", False),
        ("a.py.bak", False),
        ("README", False),
    ],
)
def test_loads_the_files_that_alembic_loads(name: str, loaded: bool) -> None:
    assert is_revision_file(name) is loaded
    from alembic.script.base import _only_source_rev_file

    assert bool(_only_source_rev_file.match(name)) is loaded


IDS = st.text("abcdef0123456789_", min_size=1, max_size=12)
SHAPES = st.sampled_from(
    [
        "{name} = {value!r}",
        "{name}: object = {value!r}",
        "X = {value!r}\n{name} = X",
        "{name} = (\n{value!r})",
    ]
)


@given(
    revision=IDS,
    down=st.one_of(st.none(), IDS, st.lists(IDS, unique=True).map(tuple)),
    depends=st.one_of(st.none(), IDS, st.lists(IDS, unique=True)),
    message=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])),
    shapes=st.tuples(SHAPES, SHAPES, SHAPES),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_round_trips(
    revision: str, down: object, depends: object, message: str, shapes: tuple[str, ...], newline: str
) -> None:
    values = {"revision": revision, "down_revision": down, "depends_on": depends}
    lines = [
        shape.format(name=name, value=value)
        for shape, (name, value) in zip(shapes, values.items(), strict=True)
    ]
    parsed = parse("\n".join([repr(message), *lines, ""]).replace("\n", newline).encode(), "x.py")
    assert parsed.troubles == ()
    assert (parsed.id, parsed.message) == (revision, message)
    assert (parsed.down_revisions, parsed.depends_on) == (_tuple(down), _tuple(depends))


def _tuple(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
