"""A revision imports the application's own models.

## What it does

Finds imports, anywhere in a revision file, of a class that is mapped to a table, of a `Table` or `MetaData`
of the application's, or of a module that defines any. Helpers without mapped classes (types, enums,
constants) are not told.

## Why is this bad?

A revision is run again for years: by each new developer, in each test run, on each new environment. The
models move on meanwhile. The day somebody adds a column to `Order`, this revision's `SELECT` or
`create_all` names a column that its database does not have yet; the day somebody renames the class, the
file does not even import. `alembic upgrade` then fails for an old revision that nobody touched.

## Example

```python
from app.models import Order


def upgrade() -> None:
    op.execute(sa.update(Order).values(note="").where(Order.note.is_(None)))
```

## Use instead

State the table as it is at this revision, with the columns that are needed and no others:

```python
orders = sa.table("orders", sa.column("note", sa.Text()))


def upgrade() -> None:
    op.execute(sa.update(orders).values(note="").where(orders.c.note.is_(None)))
```

## References

- [Alembic: conditional migration elements and data migrations](https://alembic.sqlalchemy.org/en/latest/cookbook.html)
- [SQLAlchemy: lightweight table()](https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.table)

"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

from assay.model import Finding, Severity
from assay.rules import rule
from assay.trace import Observation

severity = Severity.WARNING

_LIBRARIES = ("alembic", "sqlalchemy", "sqlmodel", "assay")
"""Packages that define mapped things of their own, which are nobody's models."""


class _Import(NamedTuple):
    line: int
    module: str
    name: str | None
    """What is imported from it; None for the module itself."""


def check(observation: Observation) -> Iterator[Finding]:
    """One finding for each import statement; what is mapped is asked of the modules as they were loaded."""
    told = set()
    for each in _imports(observation.revision.text):
        what = _live(each)
        if what is not None and each.line not in told:
            told.add(each.line)
            yield rule("craft", "live-model-import").finding(
                f"The revision imports {what}, as the application has it today and not as it was when the "
                "revision was written.",
                f"State here what the revision needs, with no other columns:\n{_table_code(each)}",
                **{**observation.top(), "line": each.line},
            )


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


_TABLES = "sqlalchemy.sql.schema"
"""`__module__` of a Table, which says nothing of where it was made."""


def _is_mapped(value: object) -> bool:
    if isinstance(value, type):
        return "__mapper__" in vars(value) or "__table__" in vars(value)
    kind = type(value)
    return kind.__module__ == _TABLES and kind.__name__ in ("Table", "MetaData")


def _table_code(each: _Import) -> str:
    value = getattr(sys.modules.get(each.module), each.name or "", None)
    table = getattr(value, "__table__", None)
    name = getattr(table, "name", None) or "name_of_the_table"
    return f'{name} = sa.table("{name}", sa.column("…"))'
