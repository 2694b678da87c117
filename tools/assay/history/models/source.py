"""One module's source, with its SQLAlchemy spelled one way however it is imported and laid out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from copy import deepcopy

COLUMN_CALLS = frozenset(("Column", "mapped_column", "Field"))
MAKERS = frozenset(
    (
        *("Column", "mapped_column", "Table", "Index", "Sequence", "MetaData", "DDL", "ENUM"),
        *("CheckConstraint", "UniqueConstraint", "ForeignKeyConstraint", "PrimaryKeyConstraint"),
        "ExcludeConstraint",
    )
)
"""Calls at the top of a module that make something of the schema."""
PYTHON_ONLY = frozenset(
    (
        *("default", "default_factory", "insert_default", "onupdate", "doc", "info", "init", "repr"),
        *("hash", "compare", "kw_only", "deferred", "deferred_group", "deferred_raiseload", "sort_order"),
        *("active_history", "use_existing_column", "dataclass_metadata", "description", "title"),
        *("examples", "alias", "exclude", "ge", "gt", "le", "lt", "regex", "schema_extra"),
    )
)
"""Arguments of a column that never reach the database."""


def called(node: ast.AST | None) -> str:
    """The last part of the name that `node` calls: `mapped_column`; empty when it is no such call."""
    return last_name(node.func) if isinstance(node, ast.Call) else ""


def last_name(node: ast.AST | None) -> str:
    """`DeclarativeBase` for `orm.DeclarativeBase`, `Mapped` for `Mapped[int]`; else empty."""
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def calls(node: ast.AST, names: frozenset[str]) -> bool:
    """Whether anything in `node` calls one of `names`."""
    return any(called(child) in names for child in ast.walk(node))


def statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body, those in `if`, `try` and `with` included, those for type checkers not."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            typing_only = last_name(node.test) == "TYPE_CHECKING"
            yield from statements(([] if typing_only else node.body) + node.orelse)
        elif isinstance(node, ast.Try):
            yield from statements(node.body + [s for h in node.handlers for s in h.body] + node.orelse)
        elif isinstance(node, ast.With):
            yield from statements(node.body)


class Module:
    """A parsed module; `fingerprint` tells whether two pieces of source mean the same to the schema."""

    def __init__(self, source: bytes) -> None:
        """Raises SyntaxError (ValueError for a null byte) when the source is not Python."""
        self.body = list(statements(ast.parse(source).body))
        self.aliases = dict(_aliases(self.body))
        self.helpers = dict(_helpers(self.body))
        """What the module's names stand for: constants, functions, types."""

    def fingerprint(self, *nodes: ast.AST | None, seen: frozenset[str] = frozenset()) -> str:
        """Equal for nodes that differ in layout, comments, imports or Python-only arguments alone.

        The helpers that the nodes use are part of it: a changed constant changes its columns.
        """
        parts = []
        for node in nodes:
            if node is None:
                parts.append("-")
                continue
            plain = _Plain(self).visit(deepcopy(node))
            parts.append(ast.dump(plain))
            used = {n.id for n in ast.walk(plain) if isinstance(n, ast.Name)} & self.helpers.keys() - seen
            parts += [self.fingerprint(self.helpers[name], seen=seen | used) for name in sorted(used)]
        return "\n".join(parts)


class _Plain(ast.NodeTransformer):
    """Spells SQLAlchemy's names one way, constants as their values; drops what the schema cannot see."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def visit_Name(self, node: ast.Name) -> ast.AST:
        value = self.module.helpers.get(node.id)
        if isinstance(value, ast.Constant):
            return value
        return ast.Name(_spelled(self.module.aliases.get(node.id, node.id)), ast.Load())

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        dotted = ast.unparse(node)
        root, _, rest = dotted.partition(".")
        if root in self.module.aliases and rest.replace(".", "").isidentifier():
            return ast.Name(_spelled(f"{self.module.aliases[root]}.{rest}"), ast.Load())
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if last_name(node.value) == "Optional":
            return ast.BinOp(self.visit(node.slice), ast.BitOr(), ast.Constant(None))
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if called(node) in COLUMN_CALLS:
            node.keywords = [k for k in node.keywords if k.arg not in PYTHON_ONLY or _sequence(k.value)]
        node.keywords.sort(key=lambda k: k.arg or "")
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        return self.generic_visit(node)


def _sequence(node: ast.AST) -> bool:
    return calls(node, frozenset(("Sequence",)))


def _spelled(name: str) -> str:
    """`String` for sqlalchemy.types.String, `postgresql.JSON` for the one of the dialect."""
    parts = name.split(".")
    return ".".join(parts[2:]) if parts[1:2] == ["dialects"] else parts[-1]


def _aliases(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Local names of what is imported from SQLAlchemy (and SQLModel)."""
    for node in body:
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name.partition(".")[0] in ("sqlalchemy", "sqlmodel"):
                    yield (
                        name.asname or name.name.partition(".")[0],
                        name.name if name.asname else "sqlalchemy",
                    )
        elif isinstance(node, ast.ImportFrom) and _ours(node.module or ""):
            yield from ((name.asname or name.name, f"{node.module}.{name.name}") for name in node.names)


def _ours(module: str) -> bool:
    return module.partition(".")[0] in ("sqlalchemy", "sqlmodel")


def _helpers(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    """What makes something of the schema is told by its own name instead."""
    for node in body:
        name, value = named(node)
        if name and value is not None and not calls(value, MAKERS):
            yield name, value


def named(node: ast.stmt) -> tuple[str, ast.AST | None]:
    """The name that a statement at the top of a module binds, and to what; no name for an expression."""
    if isinstance(node, ast.Assign):
        return last_name(node.targets[0]), node.value
    if isinstance(node, ast.AnnAssign):
        return last_name(node.target), node.value
    if isinstance(node, ast.FunctionDef):
        return node.name, node
    if isinstance(node, ast.Expr):
        return "", node.value
    if type(node).__name__ == "TypeAlias":  # Python 3.12
        return last_name(getattr(node, "name", None)), getattr(node, "value", None)
    return "", None
