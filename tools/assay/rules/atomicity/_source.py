"""The revision's own lines, to be pasted elsewhere."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Iterator

from assay.rules.atomicity._repeat import dropped_before
from assay.rules.data._parsed import kind, parsed
from assay.rules.data._words import code, execute
from assay.trace import Observation, Traced

AUTOCOMMIT = "with op.get_context().autocommit_block():"


def code_of(observation: Observation, statements: Iterable[Traced]) -> str:
    """The parts of `upgrade()` that made the statements, in order, each once.

    A part is a statement of `upgrade()` itself or of an `autocommit_block()` in it, with all its lines: a
    loop stays whole. What comes from elsewhere is told as SQL.
    """
    parts = list(_parts(observation.revision.text))
    found: dict[str, None] = {}
    for traced in statements:
        line = traced.statement.line
        own = next((text for start, end, text in parts if start <= line <= end), None)
        found[own or execute(" ".join(traced.statement.sql.split()))] = None
    return "\n".join(found)


def drops_first(observation: Observation, statements: Iterable[Traced]) -> list[str]:
    """For each index that the statements build CONCURRENTLY and that nothing drops before: the line that
    takes away what a build that was interrupted left behind."""
    found = []
    for traced in statements:
        node = parsed(traced.statement.sql)
        if kind(node) == "IndexStmt" and node.concurrent and not dropped_before(observation, traced):
            schema = f", schema={code(node.relation.schemaname)}" if node.relation.schemaname else ""
            found.append(
                f"op.drop_index({code(node.idxname)}, {code(node.relation.relname)}{schema}, if_exists=True, "
                "postgresql_concurrently=True)"
            )
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
