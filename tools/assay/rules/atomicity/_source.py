"""The revision's own lines, to be pasted elsewhere."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Iterator

from assay.rules.atomicity._repeat import dropped_before
from assay.rules.data._parsed import kind, parsed
from assay.rules.data._words import drop_index, execute
from assay.trace import Observation, Traced

AUTOCOMMIT = "with op.get_context().autocommit_block():"


def code_of(observation: Observation, statements: Iterable[Traced]) -> str:
    """The parts of `upgrade()` that made the statements, in order, each once.

    A part is a statement of `upgrade()` itself or of an `autocommit_block()` in it, with all its lines: a
    loop stays whole. What comes from elsewhere, or from a part that made others as well, is told as SQL.
    """
    parts, wanted = list(_parts(observation.revision.text)), list(statements)
    found: dict[str, None] = {}
    for traced in wanted:
        own = next((part for part in parts if _made(part, traced)), None)
        whole = own is not None and all(each in wanted for each in observation.upgrade if _made(own, each))
        found[own[2] if own and whole else execute(_shown(traced.statement.sql))] = None
    return "\n".join(found)


def _made(part: tuple[int, int, str], traced: Traced) -> bool:
    return part[0] <= traced.statement.line <= part[1]


def _shown(sql: str) -> str:
    """On one line, but where a line end may be part of a constant."""
    return sql if "'" in sql or "$" in sql or "--" in sql else " ".join(sql.split())


def drops_first(observation: Observation, statements: Iterable[Traced]) -> list[str]:
    """For each index that the statements build CONCURRENTLY and that nothing drops before: the line that
    takes away what a build that was interrupted left behind."""
    found = []
    for traced in statements:
        node = parsed(traced.statement.sql)
        if kind(node) == "IndexStmt" and node.concurrent and not dropped_before(observation, traced):
            home = node.relation
            found.append(drop_index(node.idxname, home.relname, home.schemaname or "public"))
    return found


def in_block(body: str) -> str:
    """The lines within an `autocommit_block()`."""
    return f"{AUTOCOMMIT}\n{textwrap.indent(body, '    ')}"


def _parts(source: str) -> Iterator[tuple[int, int, str]]:
    """First line, last line and text of each part."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    lines = source.split("\n")
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade":
            for part in _flat(node.body):
                end = part.end_lineno or part.lineno
                yield part.lineno, end, textwrap.dedent("\n".join(lines[part.lineno - 1 : end]))


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.With) and "autocommit_block" in ast.unparse(node.items[0].context_expr):
            yield from _flat(node.body)
        else:
            yield node
