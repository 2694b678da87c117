"""A new table as the one statement that makes it, instead of one for each of its columns."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from assay.review.model import SchemaChange


def folded(changes: Sequence[SchemaChange]) -> list[SchemaChange]:
    """The changes of one table (or of what stands alone), with what CREATE TABLE can say put into it."""
    own = next((each for each in changes if each.kind == "table" and each.mark == "added"), None)
    inside = [] if own is None else [each for each in changes if _is_inside(each, own)]
    if own is None or not inside:
        return list(changes)
    whole = replace(own, ddl=_whole(own, inside))
    return [whole if each is own else each for each in changes if not any(each is part for part in inside)]


def _is_inside(change: SchemaChange, table: SchemaChange) -> bool:
    """Whether it is a column or a constraint, of one line, that can stand in CREATE TABLE."""
    ddl = change.ddl
    added = change.table == table.name and change.mark == "added" and "\n" not in ddl
    return added and (" ADD COLUMN " in ddl or " ADD CONSTRAINT " in ddl) and ddl.startswith("ALTER TABLE ")


def _whole(table: SchemaChange, inside: Sequence[SchemaChange]) -> str:
    first, *extras = table.ddl.split("\n")
    columns = [f"    {_part(each.ddl)}" for each in inside]
    create, partition, rest = first.partition(" PARTITION ")
    return "\n".join([f"{create} (", ",\n".join(columns), f"){partition}{rest}", *extras])


def _part(ddl: str) -> str:
    """What stands behind ADD, as CREATE TABLE has it."""
    column = ddl.partition(" ADD COLUMN ")
    return column[2] or f"CONSTRAINT {ddl.partition(' ADD CONSTRAINT ')[2]}"
