"""What of the application's live schema a revision file imports, asked of the modules as they were loaded.

In the process that has run the revision: another one may never have loaded them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

from assay.trace.model import LiveImport

_LIBRARIES = ("alembic", "sqlalchemy", "sqlmodel", "assay")
"""Packages that define mapped things of their own, which are nobody's models."""

_TABLES = "sqlalchemy.sql.schema"
"""`__module__` of a Table, which says nothing of where it was made."""


class _Import(NamedTuple):
    line: int
    module: str
    name: str | None
    """What is imported from it; None for the module itself."""


def live_imports(source: str) -> Iterator[LiveImport]:
    """At the most one for each line of the file, in no order."""
    told = set()
    for each in _imports(source):
        what = _live(each)
        if what is not None and each.line not in told:
            told.add(each.line)
            yield LiveImport(each.line, what, _table(each))


def _imports(source: str) -> Iterator[_Import]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    typing_only = {id(node) for test in ast.walk(tree) if _is_typing(test) for node in ast.walk(test)}
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (_Import(node.lineno, alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (_Import(node.lineno, node.module, alias.name) for alias in node.names)


def _is_typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def _live(each: _Import) -> str | None:
    """What of the application's live schema the import brings; None for anything else."""
    if each.module.partition(".")[0] in (*_LIBRARIES, *sys.stdlib_module_names):
        return None
    module = sys.modules.get(each.module)
    if module is None:
        return None
    if each.name is None:
        return f"the module {each.module}, which defines mapped classes" if _defines(module) else None
    value = getattr(module, each.name, None)
    if isinstance(value, ModuleType):
        return f"the module {value.__name__}, which defines mapped classes" if _defines(value) else None
    if _is_mapped(value):
        return f"{each.name} of {each.module}, which is mapped to a table"
    return f"{each.module}, which defines mapped classes" if _defines(module) else None


def _defines(module: ModuleType) -> bool:
    """Whether a mapped class or a table is the module's own."""
    return any(
        _is_mapped(value) and getattr(value, "__module__", module.__name__) in (module.__name__, _TABLES)
        for value in list(vars(module).values())
    )


def _is_mapped(value: object) -> bool:
    if isinstance(value, type):
        return "__mapper__" in vars(value) or "__table__" in vars(value)
    kind = type(value)
    return kind.__module__ == _TABLES and kind.__name__ in ("Table", "MetaData")


def _table(each: _Import) -> str | None:
    value = getattr(sys.modules.get(each.module), each.name or "", None)
    name = getattr(getattr(value, "__table__", None), "name", None)
    return None if name is None else str(name)
