"""What changes in the schema, table by table, as DDL to read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from assay.review.compared import compared
from assay.review.markdown.escape import code, fence, text
from assay.review.markdown.fit import Lazy, Part
from assay.review.markdown.history import diagram
from assay.review.markdown.place import LEAST, SCHEMA, Place
from assay.review.model import SchemaChange
from assay.review.whole import folded
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
        items = Lazy([list(changes) for _, changes in groupby(schema.changes, key=_head)], _table)
        yield Part("", items, rank=SCHEMA, left_out=place.left_out("table"), glue="\n\n", least=LEAST)


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
    for change in folded(changes):
        if change.ddl_before is None:
            yield from _signed(change.mark, change.ddl)
        else:
            for sign, line in compared(change.ddl_before, change.ddl):
                yield f"{sign}{line}" if sign == "@" else f"{sign} {line}"


def _signed(mark: str, ddl: str) -> Iterator[str]:
    for line in ddl.replace("\r\n", "\n").split("\n"):
        yield f"{SIGNS[mark]} {line}"
