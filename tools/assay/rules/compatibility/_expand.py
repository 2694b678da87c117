"""Expand and contract, written out: both columns side by side until no release uses the old one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.catalog import Catalog, Key, Object
from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.rules.availability._code import by_index, concurrent_index, not_valid, required, validate
from assay.rules.compatibility._carried import Carried, carried
from assay.rules.data._batches import in_batches
from assay.rules.data._words import add_column, clause, code, execute, numbered, said_type, schema_code

_SYNC = """\
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.{new} := COALESCE(NEW.{new}, {forth});
        NEW.{old} := {back};
    ELSIF NEW.{new} IS DISTINCT FROM OLD.{new} THEN
        NEW.{old} := {back};
    ELSIF NEW.{old} IS DISTINCT FROM OLD.{old} THEN
        NEW.{new} := {forth};
    END IF;
    RETURN NEW;
END
$$"""

_COPY = "UPDATE {table} SET {new} = {value} WHERE {new} IS DISTINCT FROM {value}"

_TRIGGER = """\
CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}()"""


def expanded(
    table: Key,
    old: Object,
    name: str,
    catalog: Catalog | None,
    new_type: str | None = None,
    checks: Sequence[Object] = (),
) -> str:
    """The revisions that move a column to the name `name`, and to `new_type` if that is given.

    `checks` are constraints that the new column gets besides. Where it is not known how to move all that
    stands on the column, that is said, with an outline.
    """
    found = carried(table, old, name, catalog)
    start = [
        ("this revision: both side by side, kept equal whichever a release writes",
         _beside(table, old, name, new_type)),
        ("the next revision: the rows that are there", _copied(table, old, name, catalog, new_type)),
    ]  # fmt: skip
    if found.obstacles:
        return f"{numbered(start)}\n\n{_outline(table, old, name, found)}"
    found.checks.extend(checks)
    middle = list(_carried(table, old, name, found))
    end = (f"when every running release uses {name} only", _contracted(table, old, name))
    return numbered([*start, *middle, end])


def _beside(table: Key, old: Object, name: str, new_type: str | None) -> str:
    before, after = quoted(old.key.name), quoted(name)
    forth = f"NEW.{before}::{new_type}" if new_type else f"NEW.{before}"
    back = f"NEW.{after}::{said_type(old.text('type'))}" if new_type else f"NEW.{after}"
    names = _names(table, old)
    function = _SYNC.format(old=before, new=after, forth=forth, back=back, **names)
    added = _added(table, old, name, new_type)
    return "\n".join((added, execute(function), execute(_TRIGGER.format(**names))))


def _copied(table: Key, old: Object, name: str, catalog: Catalog | None, new_type: str | None) -> str:
    value = f"{quoted(old.key.name)}::{new_type}" if new_type else quoted(old.key.name)
    copy = _COPY.format(table=path_of(table), new=quoted(name), value=value)
    return in_batches(copy, table, catalog)


def _carried(table: Key, old: Object, name: str, found: Carried) -> Iterator[tuple[str, str]]:
    """What stands on the old column, built beside it: each step waits for nobody's rows."""
    required_steps = dict(zip("nve", required(table, [name]), strict=True)) if old.get("not_null") else {}
    now = [required_steps["n"][1]] if required_steps else []
    now += [not_valid(item) for item in found.checks]
    valid = [required_steps["v"][1]] if required_steps else []
    valid += [validate(item) for item in found.checks if not item.get("not_valid")]
    end = [required_steps["e"][1]] if required_steps else []
    end += [by_index(item) for item in found.uniques]
    if now:
        yield "then: what the old column demands, of new rows", "\n".join(now)
    if valid:
        yield "then: a look at the rows, while all go on", "\n".join(valid)
    for item in (*found.uniques, *found.indexes):
        unique = bool(item.get("unique")) or item in found.uniques
        yield "then: an index like the old column's", concurrent_index(item, unique=unique)
    if end:
        yield "then: what has its proof by now", "\n".join(end)


def _contracted(table: Key, old: Object, name: str) -> str:
    names, default = _names(table, old), old.text("default")
    start = f"op.alter_column({code(table.name)}, {code(name)}, server_default="
    return "\n".join(
        (
            *([f"{start}sa.text({clause(default)}){schema_code(table)})"] if default else []),
            execute(f"DROP TRIGGER {names['trigger']} ON {names['table']}"),
            execute(f"DROP FUNCTION {names['function']}()"),
            "# assay: waive dropped-column -- <the release since which nothing uses it>",
            f"op.drop_column({code(table.name)}, {code(old.key.name)}{schema_code(table)})",
        )
    )


def _outline(table: Key, old: Object, name: str, found: Carried) -> str:
    column = f"{table.path}.{old.key.name}"
    return (
        f"How to go on is not written out here, because more than rows hangs on {column}: "
        f"{'; '.join(found.obstacles)}. The outline, each a revision:\n\n{_OUTLINE.format(new=name)}"
    )


_OUTLINE = """\
3. What the old column has and can be built beside it: a unique index on {new}, CONCURRENTLY; its other \
indexes; CHECK ({new} IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT, SET NOT NULL, each in its revision.
4. In one transaction, under a short lock_timeout: drop the trigger, the foreign keys that point at the old \
column, and its primary key; take its identity or sequence (the default, OWNED BY) over to {new}, with the \
sequence behind the largest value; exchange the names of the columns; ADD CONSTRAINT … PRIMARY KEY USING \
INDEX; the foreign keys again, NOT VALID; views anew.
5. VALIDATE CONSTRAINT of each foreign key.
6. Drop the old column, when nothing uses it. Columns that point at it need the new type as well, by the \
same steps."""


def _names(table: Key, old: Object) -> dict[str, str]:
    sync = quoted(f"{table.name}_sync_{old.key.name}")
    function = path_of(Key("function", table.schema, f"{table.name}_sync_{old.key.name}"))
    return {"function": function, "trigger": sync, "table": path_of(table)}


def _added(table: Key, old: Object, name: str, new_type: str | None) -> str:
    if new_type is None and not {"identity", "generated"} & old.attributes.keys():
        return add_column(old, table, name=name, nullable=True)
    kind = new_type or said_type(old.text("type"))
    return execute(f"ALTER TABLE {path_of(table)} ADD COLUMN {quoted(name)} {kind}")
