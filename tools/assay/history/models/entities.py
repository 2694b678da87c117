"""What in a module makes the schema: mapped classes, tables, enums, conventions, each with its parts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, field

from assay.history.models.source import (
    COLUMN_CALLS,
    MAKERS,
    Module,
    called,
    calls,
    last_name,
    named,
    statements,
)

ENUMS = frozenset(("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"))
TYPES = frozenset(("TypeDecorator", "UserDefinedType", "TypeEngine"))
HARMLESS = frozenset(("object", "ABC", "Generic", "Protocol", "MappedAsDataclass", "AsyncAttrs"))
ROOTS = frozenset(("DeclarativeBase", "DeclarativeBaseNoMeta", "SQLModel"))
UNSEEN = frozenset(
    [
        "relationship",
        "association_proxy",
        "synonym",
        "hybrid_property",
        "column_property",
        "query_expression",
        "dynamic_loader",
    ]
)
"""What an attribute of a mapped class may be without a column of its own."""
DUNDERS = frozenset(("__tablename__", "__table_args__", "__table__", "__abstract__"))
BASE_PARTS = frozenset(("metadata", "type_annotation_map", "registry"))
TYPE_METHODS = frozenset(("__init__", "load_dialect_impl", "get_col_spec"))
CONVENTION = frozenset(("ix", "uq", "ck", "fk", "pk"))

Kind = Literal["table", "enum", "part"]
"""A `part` makes nothing by itself: a mixin, a column type, a base; only a change in it counts."""


class Part(Struct, frozen=True):
    """An attribute, or the whole of a thing without attributes: where it stands and what it means."""

    line: int
    meaning: str


class Entity(Struct, frozen=True):
    """A class or a module's name that the schema depends on."""

    path: str
    name: str
    line: int
    kind: Kind
    parts: dict[str, Part] = field(default_factory=dict)
    """By attribute; `""` for a thing that has none."""
    bases: tuple[str, ...] = ()
    """Names of the base classes that may bring columns."""
    table: str | None = None
    """The `__tablename__`, where it is a plain string."""


def entities(path: str, source: bytes) -> list[Entity]:
    """The entities of one file; SyntaxError or ValueError when it is not Python."""
    module = Module(source)
    return [*_classes(path, module, module.body, ""), *_names(path, module)]


def _classes(path: str, module: Module, body: list[ast.stmt], prefix: str) -> Iterator[Entity]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            entity = _class(path, module, node, prefix + node.name)
            if entity is not None:
                yield entity
            yield from _classes(path, module, list(statements(node.body)), f"{prefix}{node.name}.")


def _class(path: str, module: Module, node: ast.ClassDef, name: str) -> Entity | None:
    bases = [last_name(base) for base in node.bases]
    if ENUMS & set(bases):
        return Entity(path, name, node.lineno, "enum", _members(module, node))
    everything = any(k.arg == "table" for k in node.keywords)
    parts = dict(_attributes(module, node, everything))
    if TYPES & set(bases):
        parts |= dict(_type_parts(module, node))
    elif not parts:
        return None
    line, own = node.lineno, tuple(base for base in bases if base not in HARMLESS | ROOTS)
    abstract = "__abstract__" in parts or ROOTS & set(bases) or TYPES & set(bases)
    makes = everything or "__tablename__" in parts or "__table__" in parts or (own and not abstract)
    return Entity(path, name, line, "table" if makes else "part", parts, own, _table(node))


def _attributes(module: Module, node: ast.ClassDef, everything: bool) -> Iterator[tuple[str, Part]]:
    roots = any(last_name(base) in ROOTS for base in node.bases)
    for child in statements(node.body):
        if isinstance(child, ast.FunctionDef):
            if _declares(child):
                yield child.name, Part(child.lineno, module.fingerprint(child))
        elif isinstance(child, ast.Assign | ast.AnnAssign):
            typed = child.annotation if isinstance(child, ast.AnnAssign) else None
            name = last_name(child.target if isinstance(child, ast.AnnAssign) else child.targets[0])
            field = everything and typed is not None and last_name(typed) != "ClassVar"
            mapped = field or last_name(typed) == "Mapped"
            if name in DUNDERS or (roots and name in BASE_PARTS):
                yield name, Part(child.lineno, module.fingerprint(child.value))
            elif called(child.value) not in UNSEEN and (mapped or _column(child.value)):
                meaning = module.fingerprint(typed if mapped else None, child.value)
                yield name, Part(child.lineno, meaning)


def _declares(node: ast.FunctionDef) -> bool:
    """Whether it is a `declared_attr` that may be more than a relationship."""
    marked = any(last_name(d) in ("declared_attr", "directive", "cascading") for d in node.decorator_list)
    return marked and (_column(node) or not calls(node, UNSEEN))


def _column(node: ast.AST | None) -> bool:
    return node is not None and calls(node, COLUMN_CALLS - {"Field"})


def _type_parts(module: Module, node: ast.ClassDef) -> Iterator[tuple[str, Part]]:
    for child in node.body:
        if isinstance(child, ast.FunctionDef) and child.name in TYPE_METHODS:
            yield child.name, Part(child.lineno, module.fingerprint(child))
        elif isinstance(child, ast.Assign) and last_name(child.targets[0]) == "impl":
            yield "impl", Part(child.lineno, module.fingerprint(child.value))


def _members(module: Module, node: ast.ClassDef) -> dict[str, Part]:
    assigned = [c for c in node.body if isinstance(c, ast.Assign) and isinstance(c.targets[0], ast.Name)]
    named = [(last_name(c.targets[0]), c) for c in assigned]
    return {name: Part(c.lineno, module.fingerprint(c.value)) for name, c in named if name[:1] != "_"}


def _table(node: ast.ClassDef) -> str | None:
    for child in node.body:
        if isinstance(child, ast.Assign) and last_name(child.targets[0]) == "__tablename__":
            value = child.value.value if isinstance(child.value, ast.Constant) else None
            return value if isinstance(value, str) else None
    return None


def _names(path: str, module: Module) -> Iterator[Entity]:
    """What the module makes outside classes: tables, indexes, metadata, shared column types, conventions."""
    for node in module.body:
        name, value = named(node)
        if value is None or not (calls(value, MAKERS) or _is_convention(value)):
            continue
        alone = isinstance(node, ast.Expr)
        makes = alone or called(value) in MAKERS - COLUMN_CALLS - {"MetaData"}
        parts = {"": Part(node.lineno, module.fingerprint(value))}
        kind: Kind = "table" if makes else "part"
        yield Entity(path, _label(value) if alone else name, node.lineno, kind, parts)


def _label(node: ast.AST) -> str:
    """`Index ix_companies_name` for a call that stands alone."""
    literals = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return f"{called(node) or 'statement'} {literals[0]}" if literals else called(node) or "statement"


def _is_convention(node: ast.AST) -> bool:
    keys = (
        {k.value for k in node.keys if isinstance(k, ast.Constant)} if isinstance(node, ast.Dict) else set()
    )
    return bool(keys & CONVENTION)
