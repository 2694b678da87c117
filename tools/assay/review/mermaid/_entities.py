"""The tables that changed, and their neighbours, as an entity-relation diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from assay.review.mermaid._fit import CHARACTERS, Drawing, fitted
from assay.review.mermaid._text import label, word
from assay.review.model import DiagramColumn, DiagramLink, DiagramTable, Mark, Review, Schema
from assay.review.words import plural

UNCHANGED = 4
"""Columns of a table that did not change and are no key: more of them hide those that did."""

_WORDS: dict[Mark, str] = {
    "added": "new",
    "removed": "removed",
    "changed": "changed",
    "renamed": "renamed",
    "unchanged": "",
}


Renames: TypeAlias = Mapping[tuple[str, str], str | None]
"""What an object was called before, by its kind and name."""


class _Piece(NamedTuple):
    """A table, a column of a table or a link, by its place in the document."""

    what: Literal["table", "column", "link"]
    place: int
    column: int = 0


def entities(review: Review, characters: int = CHARACTERS) -> str | None:
    """An erDiagram of the changed tables and their neighbours; None where no table changed.

    Tables, columns and foreign keys say in a word what happened to them. Where it would exceed `characters`
    or EDGES, neighbours are left out first, then columns that did not change, then columns, then tables;
    what is missing is counted in its table, or in a box of its own.
    """
    schema = review.schema
    if all(table.mark == "unchanged" for table in schema.tables):
        return None
    renames = {(c.kind, c.name): c.renamed_from for c in schema.changes if c.renamed_from}
    return fitted(_weighed(schema), lambda kept: _draw(schema, renames, kept), characters)


def _weighed(schema: Schema) -> list[_Piece]:
    """Everything that can be drawn, by what it tells of the change."""
    changed = [n for n, table in enumerate(schema.tables) if table.mark != "unchanged"]
    others = [n for n, table in enumerate(schema.tables) if table.mark == "unchanged"]
    links = [(n, link.mark == "unchanged") for n, link in enumerate(schema.links)]
    columns = [_Piece("column", n, c) for n in changed for c in _shown(schema.tables[n])]
    return [
        *(_Piece("table", n) for n in changed),
        *(_Piece("link", n) for n, same in links if not same),
        *sorted(columns, key=lambda piece: _dullness(schema.tables[piece.place].columns[piece.column])),
        *(_Piece("link", n) for n, same in links if same),
        *(p for n in others for p in (_Piece("table", n), *_all_columns(schema, n))),
    ]


def _all_columns(schema: Schema, n: int) -> Iterator[_Piece]:
    return (_Piece("column", n, c) for c in _shown(schema.tables[n]))


def _shown(table: DiagramTable) -> list[int]:
    """The places of its columns: without those that neither changed nor are a key, beyond the first few."""
    dull = [n for n, column in enumerate(table.columns) if _dullness(column) == 2]
    left_out = set(dull[UNCHANGED:])
    return [n for n in range(len(table.columns)) if n not in left_out]


def _dullness(column: DiagramColumn) -> int:
    return 0 if column.mark != "unchanged" else 1 if column.primary or column.foreign else 2


def _draw(schema: Schema, renames: Renames, kept: Sequence[_Piece]) -> Drawing:
    tables = sorted(piece.place for piece in kept if piece.what == "table")
    columns: dict[int, list[int]] = {n: [] for n in tables}
    for piece in kept:
        if piece.what == "column":
            columns[piece.place].append(piece.column)
    ids = {schema.tables[n].name: f"t{n}" for n in reversed(tables)}
    links = [_link(schema.links[n], ids) for n in sorted(p.place for p in kept if p.what == "link")]
    drawn = [line for line in links if line is not None]
    boxes = [line for n in tables for line in _table(n, schema.tables[n], sorted(columns[n]), renames)]
    if len(tables) < len(schema.tables):
        boxes.append(f'  more["{plural(len(schema.tables) - len(tables), "more table")} not shown"]')
    return Drawing(("erDiagram", *boxes, *drawn), len(drawn))


def _table(n: int, table: DiagramTable, columns: Sequence[int], renames: Renames) -> Iterable[str]:
    title = label(table.name)
    head = f'  t{n}["{_with(title, _told(table.mark, renames.get(("table", table.name))))}"]'
    rows = [
        _row(table.columns[c], renames.get(("column", f"{table.name}.{table.columns[c].name}")))
        for c in columns
    ]
    missing = len(table.columns) - len(columns)
    if missing:
        rows.append(f'    more columns "{missing:,} not shown"')
    return [f"{head} {{", *rows, "  }"] if rows else [head]


def _row(column: DiagramColumn, renamed_from: str | None) -> str:
    kind, name = word(column.type), word(column.name)
    keys = ", ".join(["PK"] * column.primary + ["FK"] * column.foreign)
    told = [_told(column.mark, renamed_from)]
    if column.mark in ("added", "changed"):
        told.append("may be null" if column.nullable else "not null")
    if name != column.name:
        told.append(f"called {label(column.name)}")
    comment = ", ".join(filter(None, told))
    return f"    {kind} {name}{' ' * bool(keys)}{keys}" + (f' "{comment}"' if comment else "")


def _told(mark: Mark, renamed_from: str | None) -> str:
    return f"was {label(renamed_from)}" if renamed_from is not None else _WORDS[mark]


def _with(title: str, told: str) -> str:
    return f"{title} #40;{told}#41;" if told else title


def _link(link: DiagramLink, ids: dict[str, str]) -> str | None:
    """The foreign key, from the parent's side; a removed one is dashed. None where an end is not drawn."""
    if link.parent not in ids or link.child not in ids:
        return None
    line = ("|o" if link.optional else "||") + (".." if link.mark == "removed" else "--")
    title = _with(label(", ".join(link.columns)), _WORDS[link.mark])
    return f'  {ids[link.parent]} {line}{"o|" if link.unique else "o{"} {ids[link.child]} : "{title}"'
