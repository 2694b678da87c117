"""One revision file, read with `ast`: never imported, never run."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from typing import Literal

from msgspec import Struct

from assay.history import literals

NAMES = ("revision", "down_revision", "branch_labels", "depends_on")
ILLEGAL = "@-+:"
"""Characters that Alembic allows in no revision id (alembic.script.revision)."""

_SOURCE = re.compile(r"(?!\.\#|__init__).*\.py$")
_LEGACY = re.compile(r"([a-f0-9]+)\.py$")
_CREATE_DATE = re.compile(r"^Create Date:[ \t]*(.+?)[ \t]*$", re.MULTILINE)


class Trouble(Struct, frozen=True):
    """Why a file, or one of its names, cannot be read; see `model.Problem`."""

    kind: Literal["unreadable", "computed"]
    why: str
    line: int | None = None


class Parsed(Struct, frozen=True):
    """What a revision file says of itself; `id` is None when that is not to be had."""

    id: str | None = None
    down_revisions: tuple[str, ...] = ()
    branch_labels: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    message: str = ""
    create_date: str | None = None
    line: int = 1
    down_line: int = 1
    troubles: tuple[Trouble, ...] = ()


def is_revision_file(name: str) -> bool:
    """Whether Alembic would load a file of this name from a versions folder."""
    return _SOURCE.match(name) is not None


def parse(source: bytes, name: str, thorough: bool = True) -> Parsed:
    """The revision in `source`, whose file is called `name` (Alembic once took ids from there).

    `thorough` compiles too, which finds the errors that the grammar allows (`return` outside a function)
    and takes twice the time; files that the base has as well need it no more.
    """
    if not source.isascii() and (trouble := _undecodable(source)):
        return Parsed(troubles=(trouble,))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
            if thorough:
                compile(tree, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Parsed(troubles=(_broken(source, error),))
    return _read(tree, name)


def _read(tree: ast.Module, name: str) -> Parsed:
    bound = literals.bindings(tree, NAMES)
    doc = (ast.get_docstring(tree, clean=False) or "").strip()
    troubles: list[Trouble] = []
    date = _CREATE_DATE.search(doc)
    parsed_id = _id(bound, name, doc, troubles)
    if "down_revision" not in bound:
        troubles.append(Trouble("unreadable", "has no `down_revision`"))
    return Parsed(
        id=parsed_id,
        down_revisions=_ids(bound, "down_revision", doc, troubles),
        branch_labels=_ids(bound, "branch_labels", "", troubles),
        depends_on=_ids(bound, "depends_on", "", troubles),
        message=doc.partition("\n")[0].strip(),
        create_date=date[1] if date else None,
        line=bound["revision"].line if "revision" in bound else 1,
        down_line=bound["down_revision"].line if "down_revision" in bound else 1,
        troubles=tuple(troubles),
    )


def _id(bound: dict[str, literals.Bound], name: str, doc: str, troubles: list[Trouble]) -> str | None:
    """The revision's id; the docstring's word is taken where only running the file would tell."""
    if "revision" not in bound:
        legacy = _LEGACY.match(name)
        if not legacy:
            troubles.append(
                Trouble("unreadable", "has no `revision`, so Alembic takes it for no revision and stops")
            )
        return legacy[1] if legacy else None
    value, line = bound["revision"].value, bound["revision"].line
    if value is literals.COMPUTED:
        troubles.append(Trouble("computed", "computes its `revision`", line))
        said = _said(doc, "Revision ID")
        return said[0] if said else None
    if not isinstance(value, str) or not value:
        troubles.append(Trouble("unreadable", f"has a `revision` that is no text: {value!r}", line))
        return None
    if illegal := sorted(set(value) & set(ILLEGAL)):
        why = f"has the id {value!r}: Alembic allows no {' or '.join(map(repr, illegal))} in one"
        troubles.append(Trouble("unreadable", why, line))
    return value


def _ids(bound: dict[str, literals.Bound], name: str, doc: str, troubles: list[Trouble]) -> tuple[str, ...]:
    if name not in bound or bound[name].value is None:
        return ()
    value, line = bound[name].value, bound[name].line
    if value is literals.COMPUTED:
        troubles.append(Trouble("computed", f"computes its `{name}`", line))
        return _said(doc, "Revises")
    values = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(each, str) for each in values):
        troubles.append(Trouble("unreadable", f"has a `{name}` that is no text: {value!r}", line))
        return ()
    return tuple(dict.fromkeys(str(each) for each in values))


def _said(doc: str, label: str) -> tuple[str, ...]:
    """The ids that a line of the docstring such as "Revises: a, b" names."""
    found = re.search(rf"^{label}:[ \t]*(.+)$", doc, re.MULTILINE)
    return tuple(re.findall(r"[^\s,]+", found[1])) if found else ()


def _broken(source: bytes, error: Exception) -> Trouble:
    """What is wrong with a file that Python cannot compile, in the words that help most."""
    if b"\0" in source:
        return Trouble("unreadable", "holds a NUL byte", source[: source.index(b"\0")].count(b"\n") + 1)
    if trouble := _undecodable(source):
        return trouble
    if isinstance(error, SyntaxError):
        return Trouble("unreadable", f"is not valid Python: {error.msg}", error.lineno)
    return Trouble("unreadable", "is not valid Python: nested too deeply")


def _undecodable(source: bytes) -> Trouble | None:
    """Why the bytes are no text; Python itself overlooks that in comments."""
    if source[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Trouble("unreadable", "is UTF-16, which Python does not read", 1)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        source.decode(encoding)
    except UnicodeDecodeError as wrong:
        line = source[: wrong.start].count(b"\n") + 1
        return Trouble(
            "unreadable", f"is not {wrong.encoding.upper()}: byte 0x{source[wrong.start]:02x}", line
        )
    except SyntaxError as wrong:
        # An unknown coding cookie, or a byte in the first two lines that is not UTF-8.
        return Trouble("unreadable", f"has no usable encoding: {wrong.msg}", _first_undecodable(source))
    return None


def _first_undecodable(source: bytes) -> int:
    try:
        source.decode()
    except UnicodeDecodeError as wrong:
        return source[: wrong.start].count(b"\n") + 1
    return 1
