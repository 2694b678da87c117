"""What stands on a column, and has to stand on the one that takes its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from assay.catalog import Catalog, Key, Object
from assay.catalog.wording import quoted
from assay.preflight import constraint, index, tokens
from assay.preflight.state import names_in

_UNMOVED = ("identity", "generated")


class Carried(Struct):
    """What is there of a column, by what becomes of it."""

    checks: list[Object] = field(default_factory=list)
    """Checks and foreign keys of the table, as the new column has them."""
    uniques: list[Object] = field(default_factory=list)
    indexes: list[Object] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    """What cannot be moved by lines that are written here, in words."""


def carried(table: Key, column: Object, new: str, catalog: Catalog | None) -> Carried:
    """What the catalog knows of the column."""
    found, name = Carried(), column.key.name
    found.obstacles += [f"it is {_said(each)}" for each in _UNMOVED if column.get(each) is not None]
    if column.text("default").startswith("nextval("):
        found.obstacles.append("its values come from a sequence")
    for item in catalog.below(table) if catalog is not None else ():
        if item.key.kind == "constraint":
            _constraint(found, item, name, new)
        elif item.key.kind == "index" and name in _indexed(item.text("definition")):
            found.indexes.append(renamed(item, name, new))
        elif item.key.kind in ("policy", "statistics", "trigger") and _mentions(item, name):
            found.obstacles.append(f"the {item.key.kind} {item.key.name} may use it")
        elif item.key.kind == "column" and name in names_in(item.text("generated") or "NULL"):
            found.obstacles.append(f"{item.key.name} is computed from it")
    found.obstacles += _outside(table, name, catalog)
    return found


def renamed(item: Object, old: str, new: str) -> Object:
    """An index or a constraint of another column, under another name."""
    text = item.text("definition")
    own, link, rest = text.partition(" REFERENCES ")
    key = Key(item.key.kind, item.key.schema, _name(item.key.name, old, new), item.key.parent)
    return Object(key, {**item.attributes, "definition": replaced(own, old, new) + link + rest})


def replaced(expression: str, old: str, new: str) -> str:
    """An expression, or a list of columns, with another column in it."""
    raw, at, parts = expression.encode(), 0, []
    found = tokens(expression)
    for n, token in enumerate(found):
        before = found[n - 1].text if n else ""
        after = found[n + 1].text if n + 1 < len(found) else ""
        name = token.text[1:-1].replace('""', '"') if token.text.startswith('"') else token.text
        if name == old and before not in (".", "::") and after not in ("(", "."):
            parts += [raw[at : token.start].decode(), quoted(new)]
            at = token.end
    return "".join([*parts, raw[at:].decode()])


def _constraint(found: Carried, item: Object, name: str, new: str) -> None:
    parts = constraint(item.text("definition"))
    if parts is None or name not in (parts.columns or names_in(parts.expression or "NULL")):
        return
    if parts.kind in ("check", "foreign key"):
        found.checks.append(renamed(item, name, new))
    elif parts.kind == "unique":
        found.uniques.append(renamed(item, name, new))
    else:
        found.obstacles.append(f"the {parts.kind} {item.key.name} is of it")


def _outside(table: Key, name: str, catalog: Catalog | None) -> Iterator[str]:
    """What other tables and views have of it."""
    home = catalog.get(table) if catalog is not None else None
    if home is not None and (home.get("partition_of") or name in _words(home.text("partition_key"))):
        yield "the table is partitioned by it, or a partition"
    for key, item in catalog.items() if catalog is not None else ():
        parts = constraint(item.text("definition")) if key.kind == "constraint" else None
        points = parts is not None and parts.kind == "foreign key" and name in parts.referenced_columns
        if points and parts and (parts.referenced_schema, parts.referenced) == (table.schema, table.name):
            yield f"the foreign key {key.name} of {Key('table', key.schema, key.parent).path} points at it"
        elif key.kind.endswith("view") and {name, table.name} <= _words(item.text("definition")):
            yield f"the {key.kind} {key.path} may read it"


def _indexed(definition: str) -> set[str]:
    parts = index(definition)
    if parts is None:
        return set()
    expressions: Iterable[str] = (*parts.expressions, parts.where or "NULL")
    return {*(c for c in parts.columns if c), *parts.included, *(n for e in expressions for n in names_in(e))}


def _mentions(item: Object, name: str) -> bool:
    texts = (value if isinstance(value, str) else " ".join(map(str, value)) for value in _values(item))
    return any(name in _words(text) for text in texts)


def _values(item: Object) -> Iterator[str | tuple[str, ...]]:
    yield from (value for value in item.attributes.values() if isinstance(value, (str, tuple)))


def _words(text: str) -> set[str]:
    return {token.text.strip('"') for token in tokens(text)}


def _name(name: str, old: str, new: str) -> str:
    """Its name with the new column's in it."""
    return name.replace(old, new, 1) if old in name else f"{name}_new"


def _said(attribute: str) -> str:
    return "an identity" if attribute == "identity" else "generated"
