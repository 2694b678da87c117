"""What changes in the schema, table by table, as DDL to read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from assay.review.markdown.escape import code, fence, text
from assay.review.markdown.fit import Part
from assay.review.markdown.history import diagram
from assay.review.markdown.place import SCHEMA, Place
from assay.review.model import SchemaChange
from assay.review.words import plural

SIGNS = {"added": "+", "removed": "-", "changed": "!", "renamed": "!"}
"""How a line of a diff begins, for GitHub to colour it."""

PROBLEM = 600
"""Characters of why there is no comparison."""


def parts(place: Place) -> Iterator[Part]:
    """The diagram, then the changes of each table."""
    schema = place.review.schema
    if schema.problem is not None:
        yield Part(f"### Schema\n\n⛔ The schemas could not be compared: {text(schema.problem, PROBLEM)}")
    elif schema.changes:
        yield Part(f"### Schema: {plural(len(schema.changes), 'object')} changed")
        yield from diagram(place, "entities")
        items = [_table(list(changes)) for _, changes in groupby(schema.changes, key=_head)]
        yield Part("", items, rank=SCHEMA, left_out=place.left_out("table"), glue="\n\n")


def _head(change: SchemaChange) -> str:
    return change.table if change.table is not None else f"{change.kind} {change.name}"


def _table(changes: list[SchemaChange]) -> str:
    first = changes[0]
    name = first.table if first.table is not None else first.name
    own = next((each for each in changes if each.table == each.name), None)
    kind = own.kind if own else "table" if first.table is not None else first.kind
    what = f"{text(kind)} {code(name)}"
    mark = (own or first).mark if own or first.table is None else "changed"
    was = f" (was {code(own.renamed_from)})" if own and own.renamed_from else ""
    return f"**{what[:1].upper()}{what[1:]}** {mark}{was}\n\n" + fence("diff", "\n".join(_lines(changes)))


def _lines(changes: list[SchemaChange]) -> Iterator[str]:
    """One change a line or more; a new table as the one statement that would make it."""
    own = next((each for each in changes if each.kind == "table" and each.mark == "added"), None)
    inside = [] if own is None else [each for each in changes if _is_inside(each, own)]
    for change in changes:
        if change is own and inside:
            yield from _signed("added", _whole(own, inside))
        elif change not in inside:
            yield from _signed(change.mark, change.ddl)


def _is_inside(change: SchemaChange, table: SchemaChange) -> bool:
    """Whether it is a column or a constraint, of one line, that can stand in CREATE TABLE."""
    ddl = change.ddl
    added = change.table == table.name and change.mark == "added" and "\n" not in ddl
    return added and (" ADD COLUMN " in ddl or " ADD CONSTRAINT " in ddl) and ddl.startswith("ALTER TABLE ")


def _whole(table: SchemaChange, inside: list[SchemaChange]) -> str:
    first, *extras = table.ddl.split("\n")
    columns = [f"    {_part(each.ddl)}" for each in inside]
    create, partition, rest = first.partition(" PARTITION ")
    return "\n".join([f"{create} (", ",\n".join(columns), f"){partition}{rest}", *extras])


def _part(ddl: str) -> str:
    """What stands behind ADD, as CREATE TABLE has it."""
    column = ddl.partition(" ADD COLUMN ")
    return column[2] or f"CONSTRAINT {ddl.partition(' ADD CONSTRAINT ')[2]}"


def _signed(mark: str, ddl: str) -> Iterator[str]:
    for line in ddl.replace("\r\n", "\n").split("\n"):
        yield f"{SIGNS[mark]} {line}"
