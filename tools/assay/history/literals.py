"""What the names of a module are bound to, as far as the source says so literally."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from enum import Enum
from typing import Final

from msgspec import Struct


class _Computed(Enum):
    COMPUTED = "computed"


COMPUTED: Final = _Computed.COMPUTED
"""A value that only running the module tells."""

_BLOCKS = (ast.If, ast.Try, ast.With, ast.For, ast.While)
_BINDS_OTHERWISE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Bound(Struct, frozen=True):
    """A name's last binding."""

    value: object
    line: int
    """1-based line of the statement."""


def bindings(tree: ast.Module, names: Collection[str]) -> dict[str, Bound]:
    """The last binding of each of `names` at the top level of `tree`, in blocks too (those are computed)."""
    known: dict[str, Bound] = {}
    for statement in tree.body:
        for name, value in _bound_by(statement, known, names):
            known[name] = Bound(value, statement.lineno)
    return {name: known[name] for name in names if name in known}


def _bound_by(
    statement: ast.stmt, known: dict[str, Bound], names: Collection[str]
) -> Iterator[tuple[str, object]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _targets(target, statement.value, known)
    elif isinstance(statement, ast.AnnAssign):
        if statement.value is not None:
            yield from _targets(statement.target, statement.value, known)
    elif isinstance(statement, ast.AugAssign):
        if isinstance(statement.target, ast.Name):
            yield statement.target.id, COMPUTED
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0], COMPUTED
    elif isinstance(statement, _BINDS_OTHERWISE):
        yield statement.name, COMPUTED
    elif isinstance(statement, _BLOCKS):
        yield from ((name, COMPUTED) for name in _stored(statement) if name in names)


def _targets(target: ast.expr, value: ast.expr, known: dict[str, Bound]) -> Iterator[tuple[str, object]]:
    if isinstance(target, ast.Name):
        yield target.id, literal(value, known)
    elif isinstance(target, (ast.Tuple, ast.List)):
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        starred = any(isinstance(each, ast.Starred) for each in (*values, *target.elts))
        plain = len(values) == len(target.elts) and not starred
        for index, each in enumerate(target.elts):
            if plain:
                yield from _targets(each, values[index], known)
            else:
                yield from ((name, COMPUTED) for name in _stored(each))


def _stored(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id


def literal(node: ast.expr, known: dict[str, Bound]) -> object:
    """The value of an expression made of literals, tuples of them, sums of texts and earlier names."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        values = tuple(literal(each, known) for each in node.elts)
        return COMPUTED if COMPUTED in values else values
    if isinstance(node, ast.Name):
        return known[node.id].value if node.id in known else COMPUTED
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = literal(node.left, known), literal(node.right, known)
        if isinstance(left, str) and isinstance(right, str):
            return left + right
    return COMPUTED
