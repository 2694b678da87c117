"""Expand and contract, written out: both columns side by side until no release uses the old one."""

from __future__ import annotations

from assay.catalog import Catalog, Key, Object
from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.rules.data._batches import in_batches
from assay.rules.data._words import add_column, code, execute, numbered, schema_code

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


def expanded(table: Key, old: Object, name: str, catalog: Catalog | None, new_type: str | None = None) -> str:
    """The three revisions that move a column to the name `name`, and to `new_type` if that is given."""
    before, after = quoted(old.key.name), quoted(name)
    forth = f"NEW.{before}::{new_type}" if new_type else f"NEW.{before}"
    back = f"NEW.{after}::{old.text('type').removeprefix('public.')}" if new_type else f"NEW.{after}"
    sync = f"{table.name}_sync_{old.key.name}"
    names = {"function": quoted(sync), "trigger": quoted(sync), "table": path_of(table)}
    function = _SYNC.format(old=before, new=after, forth=forth, back=back, **names)
    added = _added(table, old, name, new_type)
    value = f"{before}::{new_type}" if new_type else before
    copy = _COPY.format(table=path_of(table), new=after, value=value)
    drops = (
        f"DROP TRIGGER {names['trigger']} ON {names['table']}",
        f"DROP FUNCTION {names['function']}()",
    )
    contract = "\n".join(
        (
            *map(execute, drops),
            "# assay: waive dropped-column -- <the release since which nothing uses it>",
            f"op.drop_column({code(table.name)}, {code(old.key.name)}{schema_code(table)})",
        )
    )
    return numbered(
        (
            ("this revision: both side by side, kept equal whichever a release writes",
             "\n".join((added, execute(function), execute(_TRIGGER.format(**names))))),
            ("the next revision: the rows that are there", in_batches(copy, table, catalog)),
            (f"when every running release uses {name} only", contract),
        )
    )  # fmt: skip


def _added(table: Key, old: Object, name: str, new_type: str | None) -> str:
    if new_type is None and not {"identity", "generated"} & old.attributes.keys():
        return add_column(old, table, name=name, nullable=True)
    kind = new_type or old.text("type").removeprefix("public.")
    return execute(f"ALTER TABLE {path_of(table)} ADD COLUMN {quoted(name)} {kind}")
