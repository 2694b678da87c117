"""What a revision adds to the schema, each thing with the statement that added it.

Only revisions that are new are judged here: what has been published is in production as it is, and no
edit of its revision would mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from assay.catalog import Catalog, Key, Object
from assay.model import Finding
from assay.rules import rule
from assay.trace import Observation, Traced


class New(Struct, frozen=True):
    """Something that the revision leaves behind and that was not there, or not so, before."""

    traced: Traced
    """The statement that made it so."""
    item: Object
    """As it is at the end of the revision."""
    added: bool = True
    """False where it was there and was changed."""


def added(observation: Observation, *kinds: str) -> list[New]:
    """Objects of `kinds` that the revision makes and keeps; not the parts of partitions, which follow."""
    return [new for new in _ends(observation) if new.added and new.item.key.kind in kinds]


def columns(observation: Observation) -> list[New]:
    """Columns of tables that are new or have a new type."""
    return [new for new in _ends(observation) if new.item.key.kind == "column"]


def column_findings(
    observation: Observation,
    rule_id: str,
    unwanted: Callable[[Object], bool],
    fact: Callable[[str], str],
    instead: str,
) -> Iterator[Finding]:
    """One finding for each statement and table: `fact` of the columns, each declared with `instead`."""
    groups: dict[tuple[int, str], list[New]] = {}
    for new in columns(observation):
        if unwanted(new.item):
            groups.setdefault((id(new.traced), table_of(new.item.key)), []).append(new)
    for (_, table), found in groups.items():
        names = [f"{table}.{new.item.key.name}" for new in found]
        yield rule("design", rule_id).finding(
            fact(listed(names)),
            "\n".join(declared(new, instead) for new in found),
            **observation.at(found[0].traced),
        )


def declared(new: New, type_code: str) -> str:
    """The column with another type, in Alembic's terms."""
    column = new.item
    name, table, schema = code(column.key.name), code(column.key.parent), schema_code(column.key)
    if not new.added:
        return f"op.alter_column({table}, {name}, type_={type_code}{schema})"
    rest = ", nullable=False" if column.get("not_null") else ""
    default = column.text("default")
    if default and not default.startswith("nextval("):
        rest += f", server_default=sa.text({code(default)})"
    return f"sa.Column({name}, {type_code}{rest})"


def table_of(key: Key) -> str:
    """The table that something stands below, as a person writes it."""
    return Key("table", key.schema, key.parent).path


def base_type(column: Object) -> str:
    """The column's type without the dimensions of an array."""
    return column.text("type").replace("[]", "")


def listed(names: list[str]) -> str:
    """`a, b and c`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def code(text: str) -> str:
    """A Python string literal, in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def codes(texts: tuple[str, ...]) -> str:
    """A Python list of string literals."""
    return f"[{', '.join(map(code, texts))}]"


def schema_code(key: Key) -> str:
    """`, schema="billing"` outside `public`."""
    return "" if key.schema == "public" else f", schema={code(key.schema)}"


def is_busy(observation: Observation, key: Key) -> bool:
    """Whether the table was there before, and not only since an earlier revision of the same run."""
    path = key.path if key.kind == "table" else table_of(key)
    return any(
        lock.relation.name == path and lock.relation.busy
        for traced in observation.upgrade
        for lock in traced.effect.locks
    )


def _ends(observation: Observation) -> Iterator[New]:
    after = observation.trip.upgrade.after
    if after is None or not observation.revision.new:
        return
    by_id = {item.id: item for item in after.values() if item.id is not None}
    found: dict[Key, New] = {}
    for traced in observation.upgrade:
        for change in traced.effect.changes:
            if change.after is None:
                continue
            retyped = any(each.name == "type" for each in change.attributes)
            item = (change.after.id and by_id.get(change.after.id)) or after.get(change.after.key)
            if item is None or not (change.before is None or retyped) or _is_part(item, after):
                continue
            was = found.get(item.key)
            found[item.key] = New(
                traced, item, added=change.before is None or (was is not None and was.added)
            )
    yield from found.values()


def _is_part(item: Object, after: Catalog) -> bool:
    """Whether it is a partition or stands below one, or is a column of a view."""
    key = item.key
    if key.kind == "table":
        return item.get("partition_of") is not None
    if not key.parent:
        return False
    table = after.get(Key("table", key.schema, key.parent))
    return (table is None and key.kind in ("column", "constraint")) or (
        table is not None and table.get("partition_of") is not None
    )
