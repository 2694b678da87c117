"""What to do about PostgreSQL's errors, by SQLSTATE."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from assay.catalog import Object
from assay.catalog.create import path_of
from assay.preflight import constraint, index
from assay.preflight.grammar import enum_name, literal
from assay.preflight.state import State, names_in
from assay.rules.atomicity._repeat import repeatable_form
from assay.rules.atomicity._source import code_of, drops_first, in_block
from assay.rules.availability._work import bare_name, key_of
from assay.rules.data._parsed import kind, nodes, parsed
from assay.rules.data._words import code, execute, listed, schema_code
from assay.trace import Observation, SqlError, Traced

_EXTENSION = re.compile(r'extension "(.+)" is not available')
_ROLE = re.compile(r'role "(.+)" does not exist')
_USING = re.compile(r'"USING (.+)"')
_DEPENDS = re.compile(r"^(.+?) depends on ", re.MULTILINE)
_ON_VIEW = re.compile(r"on (?:materialized )?view (\S+) depends")
_NEW_VALUE = re.compile(r'new value "(.+)" of enum type (.+)')


UNDEFINED_OBJECT = "42704"
"""SQLSTATE of a constraint that is not there, by that name."""

CONVENTION = (
    "It may be a name that a naming convention of env.py's metadata gives, which Assay's built-in env does "
    "not know: mend what keeps env.py from running here, and look again."
)


class Failed(Struct, frozen=True):
    """A statement that PostgreSQL refused."""

    observation: Observation
    traced: Traced
    error: SqlError

    @property
    def sql(self) -> str:
        """Its text."""
        return self.traced.statement.sql

    @property
    def code(self) -> str:
        """What of `upgrade()` made it."""
        return code_of(self.observation, [self.traced])


def is_missing_extension(error: SqlError) -> bool:
    """Whether only the scratch server is to blame."""
    return _EXTENSION.search(error.message) is not None


def remedy(failed: Failed) -> str:
    """The advice: the known remedy, else PostgreSQL's hint, else the plain truth."""
    error = failed.error
    for states, advise in _REMEDIES:
        if error.sqlstate in states:
            advice = advise(failed)
            if advice is not None:
                return advice
    if error.data_dependent:
        return "Mend the statement's own values, or ask the real data with `assay preflight`."
    hint = f"PostgreSQL's hint: {error.hint} " if error.hint else ""
    return f"{hint}`alembic upgrade` fails here too; mend the statement."


def _no_transaction(failed: Failed) -> str:
    drops = drops_first(failed.observation, [failed.traced])
    return in_block("\n".join((*drops, failed.code)))


def _enum_value(failed: Failed) -> str | None:
    found = _NEW_VALUE.search(failed.error.message)
    if found is None:
        return None
    add = execute(f"ALTER TYPE {found[2]} ADD VALUE IF NOT EXISTS {literal(found[1])}")
    return f"Commit the value before it is used:\n\n{in_block(add)}\n{failed.code}"


def _duplicate(failed: Failed) -> str:
    node = parsed(failed.sql)
    if kind(node) == "CreateEnumStmt":
        name = node.type_name[-1].string.sval
        return (
            "The type is there already. A table that uses it must not make it:\n\n"
            f"postgresql.ENUM(..., name={code(name)}, create_type=False)\n\n"
            f"and where a downgrade left it behind, that has to drop it:\n\n{execute(f'DROP TYPE {name}')}"
        )
    form = repeatable_form(failed.sql)
    if form is None:
        return "It is there already at this point of the history: leave this out, or take another name."
    return (
        "It is there already at this point of the history: leave this out, or take another name. Only where "
        f"it may or may not be there, by no fault of a revision:\n\n{execute(form)}"
    )


def is_missing_role(error: SqlError) -> bool:
    """Whether the server has no such role, which no schema can hold."""
    return _ROLE.search(error.message) is not None


def _undefined(failed: Failed) -> str:
    role = _ROLE.search(failed.error.message)
    if role is not None:
        return (
            f"Roles belong to the server. Where a revision makes {role[1]}, it has to stand before this one; "
            "where it is made outside the history, the scratch server has it only if no revision makes (or "
            "drops) it: leave that to whoever makes it."
        )
    more = f" {failed.error.hint}" if failed.error.hint else ""
    return (
        f"No earlier revision makes it.{more} Mend the name (or its schema); where it was made outside the "
        "history, name a baseline in governance.yaml: `assay baseline --url …` writes it."
    )


def _no_operator(failed: Failed) -> str | None:
    """An operator (or a function) is there, and not for these types."""
    if "operator does not exist" not in failed.error.message:
        return None
    users = list(_users(failed))
    if not users:
        return (
            "PostgreSQL has no such operator for values of these types: cast one side (`column::text`), or "
            "compare with a constant of the column's type."
        )
    said = listed(f"{item.key.kind} {item.key.name} ({item.text('definition')})" for item in users)
    lines = "\n".join((*map(_drop, users), failed.code))
    return (
        f"With its new type the column no longer fits what uses it: {said}. Drop that, change the type, and "
        f"make it anew as it reads for the new type (how is not known here), in one revision:\n\n{lines}"
    )


def _users(failed: Failed) -> Iterator[Object]:
    """Checks and indexes whose expressions use a column that the statement gives another type."""
    before, node = failed.observation.trip.upgrade.before, parsed(failed.sql)
    if before is None or kind(node) != "AlterTableStmt":
        return
    state = State(before)
    for traced in failed.observation.upgrade[:-1]:
        state.ran(traced)
    home = (node.relation.schemaname or "public", node.relation.relname)
    columns = {each.name for each in nodes(node, "AlterTableCmd") if _retypes(each)}
    for key, item in state.objects.items():
        text = item.text("definition")
        if (key.schema, key.parent) == home and key.kind in ("constraint", "index"):
            check, built = constraint(text), index(text)
            expressions = [check.expression] if check and check.kind == "check" else []
            expressions += (
                [*built.expressions, built.where or "NULL"] if built and key.kind == "index" else []
            )
            if columns & {name for each in expressions for name in names_in(each)}:
                yield item


def _retypes(command: Any) -> bool:
    return enum_name("AlterTableType", command.subtype) == "AT_AlterColumnType"


def _drop(item: Object) -> str:
    key = item.key
    if key.kind == "index":
        return f"op.drop_index({code(key.name)}, {code(key.parent)}{schema_code(key)})"
    return f'op.drop_constraint({code(key.name)}, {code(key.parent)}, type_="check"{schema_code(key)})'


def _unsupported(failed: Failed) -> str | None:
    extension = _EXTENSION.search(failed.error.message)
    if extension is not None:
        return (
            f"The scratch server has no {extension[1]}. Install it there, or give Assay a scratch server "
            "that has it (governance.yaml, `scratch: {url_env: …}`)."
        )
    if "used by a view or rule" not in failed.error.message and "used in a" not in failed.error.message:
        return None
    return (
        "Drop what uses the column, change it, and make that anew, in one revision (its locks are brief):\n"
        "\n" + "\n".join(_around(failed))
    )


def _around(failed: Failed) -> list[str]:
    """The statement between DROP and CREATE of the view in its way."""
    found = _ON_VIEW.search(failed.error.detail)
    before = failed.observation.trip.upgrade.before
    view = None if found is None or before is None else before.get(key_of(before, bare_name(found[1])))
    if view is None:
        return ['op.execute("DROP VIEW ...")', failed.code, 'op.execute("CREATE VIEW ... AS ...")']
    kind = view.key.kind.upper()
    make = f"CREATE {kind} {path_of(view.key)} AS\n{view.text('definition')}"
    return [execute(f"DROP {kind} {path_of(view.key)}"), failed.code, execute(make)]


def _dependent(failed: Failed) -> str:
    names = _DEPENDS.findall(failed.error.detail)
    what = listed(names) if names else "what depends on it"
    return (
        f"Drop {what} first, by name. CASCADE would take without a word whatever else depends on it by then."
    )


def _cast(failed: Failed) -> str | None:
    found = _USING.search(failed.error.hint)
    command = next(iter(nodes(parsed(failed.sql), "AlterTableCmd")), None)
    if found is None or command is None:
        return None
    table = parsed(failed.sql).relation.relname
    return (
        "Say how the old values become the new ones:\n\n"
        f"op.alter_column({code(table)}, {code(command.name)}, type_=..., postgresql_using={code(found[1])})"
    )


def _not_unique(_: Failed) -> str:
    return (
        "A foreign key can only point at exactly the columns of a UNIQUE or PRIMARY KEY constraint (or "
        "unique index). Add one in a revision before this one, or point at the primary key."
    )


def _pending(failed: Failed) -> str:
    return (
        "Rows that the revision wrote still wait for their deferred checks. Put the data step into a "
        "revision of its own, or have them checked first:\n\n"
        f'op.execute("SET CONSTRAINTS ALL IMMEDIATE")\n{failed.code}'
    )


_REMEDIES = (
    (("25001",), _no_transaction),
    (("55P04",), _enum_value),
    (("42710", "42P07", "42701", "42723", "42P06"), _duplicate),
    (("42883",), _no_operator),
    (("22023",), lambda failed: _undefined(failed) if is_missing_role(failed.error) else None),
    (("42P01", "42703", "42704", "42883", "3F000"), _undefined),
    (("0A000",), _unsupported),
    (("2BP01",), _dependent),
    (("42804",), _cast),
    (("42830",), _not_unique),
    (("55006",), _pending),
)
"""In PostgreSQL's manual: active_sql_transaction, unsafe_new_enum_value_usage, duplicate_*, undefined_*,
feature_not_supported, dependent_objects_still_exist, datatype_mismatch, invalid_foreign_key, and
object_in_use."""
