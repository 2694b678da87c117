"""Revisions rewritten in Alembic's own terms, ready to paste."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assay.catalog import Key, Object
from assay.catalog.create import path_of
from assay.catalog.wording import quoted
from assay.preflight import Constraint, Index, constraint, index
from assay.preflight.grammar import literal
from assay.rules.data._words import clause, code, drop_index, execute, schema_code
from assay.rules.design._names import suggested

_ACTIONS = re.compile(r" ON (UPDATE|DELETE) (NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)")

NOW = "this revision: new rows obey from now on"
NEXT = "the next revision: look at the rows, while all go on"
"""What the first two revisions of a constraint are for."""


def autocommit(lines: Iterable[str]) -> str:
    """The lines within an `autocommit_block()`."""
    return "with op.get_context().autocommit_block():\n" + "\n".join(f"    {line}" for line in lines)


def codes(names: Iterable[str]) -> str:
    """A Python list of string literals."""
    return f"[{', '.join(map(code, names))}]"


def concurrent_index(item: Object, *, unique: bool | None = None) -> str:
    """The index built CONCURRENTLY, in a way that can be run again."""
    is_unique = bool(item.get("unique")) if unique is None else unique
    key, parts = item.key, index(item.text("definition"))
    table, schema = code(key.parent), schema_code(key)
    drop = drop_index(key.name, key.parent, key.schema)
    arguments = None if parts is None else index_arguments(item, parts)
    if arguments is None:
        return autocommit([drop, execute(concurrent_sql(item, unique=is_unique))])
    word = ", unique=True" if is_unique else ""
    options = f"{word}{schema}, postgresql_concurrently=True"
    return autocommit([drop, f"op.create_index({code(key.name)}, {table}, {arguments}{options})"])


def concurrent_sql(item: Object, *, unique: bool) -> str:
    """The index as SQL, from PostgreSQL's own words for it."""
    return f"CREATE {'UNIQUE ' if unique else ''}INDEX CONCURRENTLY {defined_index(item)}"


def defined_index(item: Object, *, only: bool = False) -> str:
    """An index (or that of a key), from its name to its end, as CREATE INDEX has it."""
    table = path_of(Key("table", item.key.schema, item.key.parent))
    start = f"{quoted(item.key.name)} ON {'ONLY ' if only else ''}{table} USING"
    parts = index(item.text("definition"))
    if parts is None:
        return f"{start} {item.text('definition')}"
    text = f"{start} {parts.method} ({', '.join(parts.parts)})"
    if parts.included:
        text += f" INCLUDE ({', '.join(map(quoted, parts.included))})"
    if parts.nulls_not_distinct:
        text += " NULLS NOT DISTINCT"
    if options := _options(item, parts):
        text += f" WITH ({', '.join(f'{name} = {literal(value)}' for name, value in options)})"
    if item.get("tablespace"):
        text += f" TABLESPACE {quoted(item.text('tablespace'))}"
    return text + (f" WHERE {parts.where}" if parts.where else "")


def _options(item: Object, parts: Index) -> list[tuple[str, str]]:
    """Storage parameters: of an index in its definition, of a key beside it."""
    given = item.get("options")
    beside = [each.partition("=") for each in given] if isinstance(given, tuple) else []
    return [*parts.options, *((name, value) for name, _, value in beside)]


def index_arguments(item: Object, parts: Index) -> str | None:
    """The columns (and what else `op.create_index` has a word for); None for what has none there."""
    options = _options(item, parts)
    if parts.nulls_not_distinct or not all(_PLAIN.fullmatch(value) for _, value in options):
        return None
    found = [
        code(column) if column is not None and part == quoted(column) else f"sa.text({clause(part)})"
        for column, part in zip(parts.columns, parts.parts, strict=True)
    ]
    text = f"[{', '.join(found)}]"
    if parts.method != "btree":
        text += f", postgresql_using={code(parts.method)}"
    if parts.included:
        text += f", postgresql_include={codes(parts.included)}"
    if options:
        text += f", postgresql_with={{{', '.join(f'{code(n)}: {code(v)}' for n, v in options)}}}"
    if item.get("tablespace"):
        text += f", postgresql_tablespace={code(item.text('tablespace'))}"
    if parts.where:
        text += f", postgresql_where=sa.text({clause(bare(parts.where))})"
    return text


_PLAIN = re.compile(r"[\w.]+")
"""A storage parameter's value that needs no quotes."""


def not_valid(item: Object) -> str:
    """The constraint added without a look at the rows that are there."""
    key, definition = item.key, item.text("definition")
    parts = constraint(definition)
    start = f"{code(key.name)}, {code(key.parent)}"
    schema = schema_code(key)
    if parts is not None and parts.kind == "check" and "NO INHERIT" not in definition:
        return (
            f"op.create_check_constraint({start}, {clause(bare(parts.expression))}{schema}, "
            "postgresql_not_valid=True)"
        )
    if parts is not None and parts.kind == "foreign key" and _is_plain(definition, parts):
        arguments = f"{start}, {_foreign_key(definition, parts, key)}{_deferred(item)}"
        return f"op.create_foreign_key({arguments}, postgresql_not_valid=True)"
    table = path_of(Key("table", key.schema, key.parent))
    late = " DEFERRABLE" if item.get("deferrable") else ""
    late += " INITIALLY DEFERRED" if item.get("initially_deferred") else ""
    return execute(f"ALTER TABLE {table} ADD CONSTRAINT {quoted(key.name)} {definition}{late} NOT VALID")


def by_index(item: Object) -> str:
    """The key made of the unique index of its name."""
    key = item.key
    home = Key("table", key.schema, key.parent)
    kind = "PRIMARY KEY" if item.text("definition").startswith("PRIMARY KEY") else "UNIQUE"
    made = (
        f"ALTER TABLE {path_of(home)} ADD CONSTRAINT {quoted(key.name)} {kind} USING INDEX {quoted(key.name)}"
    )
    if item.get("deferrable"):
        made += " DEFERRABLE" + (" INITIALLY DEFERRED" if item.get("initially_deferred") else "")
    return execute(made)


def validate(item: Object | Key) -> str:
    """The look at the rows, later."""
    key = item if isinstance(item, Key) else item.key
    table = path_of(Key("table", key.schema, key.parent))
    return execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {quoted(key.name)}")


def required(table: Key, columns: Iterable[str]) -> list[tuple[str, str]]:
    """The revisions that make columns NOT NULL without a scan under a strong lock."""
    checks = [(c, Key("constraint", table.schema, _not_null(table, c), table.name)) for c in columns]
    schema = schema_code(table)
    added = [
        f"op.create_check_constraint({code(key.name)}, {code(table.name)}, "
        f"{code(f'{quoted(column)} IS NOT NULL')}{schema}, postgresql_not_valid=True)"
        for column, key in checks
    ]
    ends = [
        line
        for column, key in checks
        for line in (
            f"op.alter_column({code(table.name)}, {code(column)}, nullable=False{schema})",
            f'op.drop_constraint({code(key.name)}, {code(table.name)}, type_="check"{schema})',
        )
    ]
    return [
        (NOW, "\n".join(added)),
        (
            NEXT,
            "\n".join(validate(key) for _, key in checks),
        ),
        ("the one after: PostgreSQL takes the valid CHECK for a proof and scans nothing", "\n".join(ends)),
    ]


def bare(expression: str) -> str:
    """An expression without the parentheses around the whole of it."""
    while expression.startswith("(") and _closes_at_end(expression):
        expression = expression[1:-1]
    return expression


def _closes_at_end(expression: str) -> bool:
    depth = 0
    for n, character in enumerate(expression):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return n == len(expression) - 1
    return False


def _not_null(table: Key, column: str) -> str:
    return suggested("ck", table.name, [column, "not_null"])


def _is_plain(definition: str, parts: Constraint) -> bool:
    """Whether `op.create_foreign_key` has words for all of it."""
    rest = _ACTIONS.sub("", definition.partition(" REFERENCES ")[2].partition(")")[2])
    return not rest.strip() and not parts.match_full


def _deferred(item: Object) -> str:
    initially = ', initially="DEFERRED"' if item.get("initially_deferred") else ""
    return f", deferrable=True{initially}" if item.get("deferrable") else ""


def _foreign_key(definition: str, parts: Constraint, key: Key) -> str:
    text = f"{code(parts.referenced)}, {codes(parts.columns)}, {codes(parts.referenced_columns)}"
    if key.schema != "public":
        text += f", source_schema={code(key.schema)}"
    if parts.referenced_schema != "public":
        text += f", referent_schema={code(parts.referenced_schema)}"
    for event, action in _ACTIONS.findall(definition):
        text += f", on{event.lower()}={code(action)}"
    return text
