"""Why a table is written anew, and the revisions that come to the same without it."""

from __future__ import annotations

import re

from assay.catalog import Catalog, Change, Key, Object
from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.preflight import nodes
from assay.preflight.domains import base_type, checks_of, domains_of, with_value
from assay.rules.availability._code import NEXT, bare, not_valid, required, validate
from assay.rules.availability._work import changes_of, key_of
from assay.rules.compatibility._expand import expanded
from assay.rules.data._batches import in_batches
from assay.rules.data._words import add_column, clause, code, execute, numbered, said_type, schema_code
from assay.rules.design._names import suggested
from assay.trace import Observation, Traced

_LIMITED = re.compile(r"character varying\((\d+)\)")

_REPACK = (
    "PostgreSQL has no way to do this beside readers. The extensions pg_repack and pg_squeeze do; without "
    "them, do it in a maintenance window."
)


def explained(observation: Observation, traced: Traced, table: str) -> tuple[str, str]:
    """The reason as a clause that ends in a blank (or is empty), and the advice."""
    before = observation.trip.upgrade.before
    key = key_of(before, table)
    for change in changes_of(traced, table, "column"):
        name = change.key.name
        if change.before is None and change.after is not None:
            found = _added(change.after, key, before)
            if found is not None:
                return f"for the new column {name} ({found[0]}) ", found[1]
        elif change.after is not None and any(each.name == "type" for each in change.attributes):
            return _retyped(change, key, before)
    if any(each.name == "persistence" for c in traced.effect.changes for each in c.attributes):
        return "to change its persistence ", f"There is no way to do this beside readers. {_SWAP}"
    return "", _REPACK


_SWAP = "Choose LOGGED or UNLOGGED when a table is made; else do it in a maintenance window."


def _added(column: Object, table: Key, before: Catalog | None) -> tuple[str, str] | None:
    """Why adding the column rewrites, and how not to."""
    if column.get("identity") is not None:
        return "an identity", _numbered_rows(column, table, before)
    if column.get("generated") is not None:
        return "stored and generated", _generated(column, table)
    default = column.text("default")
    if domains_of(before or {}, column.text("type")) and not nodes(f"SELECT {default or 'NULL'}", "FuncCall"):
        return f"of the domain {said_type(column.text('type'))}", _of_domain(column, table, before)
    if default.startswith("nextval("):
        return "a serial", _numbered_rows(column, table, before)
    if default:
        return f"whose default {default} is volatile", _volatile(column, table, before)
    if "(" not in column.text("type") and column.text("type") not in _PLAIN_TYPES:
        return f"of the domain {said_type(column.text('type'))}", _of_domain(column, table, before)
    return None


_PLAIN_TYPES = frozenset(
    {"integer", "bigint", "smallint", "text", "boolean", "uuid", "date", "jsonb", "numeric"}
)


def _volatile(column: Object, table: Key, before: Catalog | None) -> str:
    name, default = column.key.name, column.text("default")
    start = (add_column(_without(column, "default"), table, nullable=True), _default(table, name, default))
    steps = [("this revision: the column, then a default for new rows", "\n".join(start))]
    return numbered([*steps, *_filled(column, default, table, before)])


def _numbered_rows(column: Object, table: Key, before: Catalog | None) -> str:
    """An identity or serial column by hand: PostgreSQL numbers rows that are there only by a rewrite."""
    name = column.key.name
    sequence = f"{table.name}_{name}_seq"
    value = f"nextval('{path_of(Key('sequence', table.schema, sequence))}')"
    start = (
        add_column(_without(column, "default", "identity"), table, nullable=True),
        execute(f"CREATE SEQUENCE {path_of(Key('sequence', table.schema, sequence))}"),
        _default(table, name, value),
        execute(
            f"ALTER SEQUENCE {path_of(Key('sequence', table.schema, sequence))} OWNED BY "
            f"{path_of(table)}.{quoted(name)}"
        ),
    )
    steps = [("this revision: the column and its numbers, for new rows", "\n".join(start))]
    return numbered([*steps, *_filled(column, value, table, before)])


def _default(table: Key, column: str, value: str) -> str:
    default = f"server_default=sa.text({clause(value)})"
    return f"op.alter_column({code(table.name)}, {code(column)}, {default}{schema_code(table)})"


def _filled(column: Object, value: str, table: Key, before: Catalog | None) -> list[tuple[str, str]]:
    """The rows that are there, and NOT NULL where the column has it."""
    name = quoted(column.key.name)
    update = f"UPDATE {path_of(table)} SET {name} = {value} WHERE {name} IS NULL"  # noqa: S608 - it is told
    steps = [("the next revision: the rows that are there", in_batches(update, table, before))]
    if column.get("not_null"):
        steps += [
            (heading.replace("this revision", "then"), body)
            for heading, body in required(table, [column.key.name])
        ]
    return steps


def _generated(column: Object, table: Key) -> str:
    name, kind = quoted(column.key.name), said_type(column.text("type"))
    return (
        "From PostgreSQL 18 on a virtual column computes the value when it is read, and needs no rewrite:\n\n"
        + execute(
            f"ALTER TABLE {path_of(table)} ADD COLUMN {name} {kind}"
            f" GENERATED ALWAYS AS ({bare(column.text('generated'))}) VIRTUAL"
        )
        + "\n\nBefore, put the expression into a view, or into a plain column that a trigger fills."
    )


def _of_domain(column: Object, table: Key, before: Catalog | None) -> str:
    kinds, checks = _domain(table, column, column.key.name, before)
    if kinds is None:
        return (
            f"Add {quoted(column.key.name)} with the type that the domain stands for, and the domain's "
            "condition as a CHECK (postgresql_not_valid=True), with VALIDATE CONSTRAINT in a second "
            "revision: that is no rewrite. The domain is new, so its lines are not written out here."
        )
    plain = Object(column.key, {**column.attributes, "type": kinds})
    start = "\n".join((add_column(plain, table), *map(not_valid, checks)))
    steps = [("this revision: the type that the domain stands for, and its conditions for new rows", start)]
    return numbered([*steps, (NEXT, "\n".join(map(validate, checks)))] if checks else steps)


def _domain(
    table: Key, column: Object, name: str, catalog: Catalog | None
) -> tuple[str | None, list[Object]]:
    """The type below a domain, and the domain's conditions as constraints of the column `name`.

    None where the catalog has no such domain.
    """
    kinds = domains_of(catalog, column.text("type")) if catalog is not None else []
    if catalog is None or not kinds:
        return None, []
    found = [(n, with_value(text, quoted(name))) for each in kinds for n, text in checks_of(catalog, each)]
    if any(each.get("not_null") for each in kinds):
        found.append(("not_null", f"({quoted(name)} IS NOT NULL)"))
    checks = [
        Object(
            Key("constraint", table.schema, suggested("ck", table.name, [name, n]), table.name),
            {"definition": f"CHECK ({text})"},
        )
        for n, text in found
    ]
    return base_type(catalog, column.text("type")), checks


def _retyped(change: Change, table: Key, before: Catalog | None) -> tuple[str, str]:
    assert change.before is not None
    assert change.after is not None
    name, old, new = change.key.name, change.before.text("type"), change.after.text("type")
    why = f"because {name} becomes {said_type(new)} (was {said_type(old)}) "
    limit = _LIMITED.fullmatch(new)
    if limit and (old == "text" or _LIMITED.fullmatch(old)):
        return why, _checked_length(table, name, limit[1])
    kind, checks = _domain(table, change.after, f"{name}_new", before)
    return why, expanded(table, change.before, f"{name}_new", before, kind or said_type(new), checks)


def _checked_length(table: Key, column: str, limit: str) -> str:
    check = Key("constraint", table.schema, f"ck_{table.name}_{column}_length", table.name)
    condition = f"{code(f'length({quoted(column)}) <= {limit}')}{schema_code(table)}"
    added = (
        f"op.create_check_constraint({code(check.name)}, {code(table.name)}, {condition}, "
        "postgresql_not_valid=True)"
    )
    return numbered(
        (
            ("this revision: keep the type, and refuse what is too long from now on", added),
            ("the next revision: look at the rows, while all go on", validate(check)),
        )
    )


def _without(column: Object, *attributes: str) -> Object:
    kept = {name: value for name, value in column.attributes.items() if not name.startswith(attributes)}
    return Object(column.key, kept)
