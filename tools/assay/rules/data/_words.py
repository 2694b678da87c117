"""Names, sizes and code as messages and advice write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version

from assay.catalog import Key, Object
from assay.catalog.create import column as column_ddl
from assay.catalog.create import path_of
from assay.catalog.describe import short_type
from assay.trace import Observation

_TYPES = {
    "smallint": "sa.SmallInteger()",
    "integer": "sa.Integer()",
    "bigint": "sa.BigInteger()",
    "text": "sa.Text()",
    "character varying": "sa.String({})",
    "character": "sa.CHAR({})",
    "boolean": "sa.Boolean()",
    "numeric": "sa.Numeric({})",
    "real": "sa.REAL()",
    "double precision": "postgresql.DOUBLE_PRECISION()",
    "date": "sa.Date()",
    "time without time zone": "sa.Time()",
    "timestamp without time zone": "sa.DateTime()",
    "timestamp with time zone": "sa.DateTime(timezone=True)",
    "uuid": "postgresql.UUID()",
    "json": "sa.JSON()",
    "jsonb": "postgresql.JSONB()",
    "bytea": "sa.LargeBinary()",
}
"""PostgreSQL's types as SQLAlchemy writes them, in 1.4 too."""

_BIND = re.compile(r"(?<![:\w\\]):(?=\w+(?![:\w]))")
"""A colon that SQLAlchemy's `text()` would take for that of a bind parameter."""

_TYPE = re.compile(r"(?P<name>[a-z ]+?)(?:\((?P<size>[\d,]+)\))?$")


def sized(observation: Observation, path: str) -> str:
    """`orders`, or `orders (about 40,000,000 rows)` where that is known."""
    rows = observation.stats.rows(path) if observation.stats is not None else None
    return path if rows is None else f"{path} (about {rows:,} rows)"


def sized_column(observation: Observation, table: str, column: str) -> str:
    """`orders.note`, or `orders.note (of about 40,000,000 rows)` where that is known."""
    rows = observation.stats.rows(table) if observation.stats is not None else None
    return f"{table}.{column}" if rows is None else f"{table}.{column} (of about {rows:,} rows)"


def stopped(sentence: str) -> str:
    """A sentence of somebody else's, with one full stop at its end."""
    return sentence.rstrip(". \n") + "."


def listed(names: Iterable[str]) -> str:
    """`a, b and c`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def code(text: str) -> str:
    """A Python string literal in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def clause(sql: str) -> str:
    """A literal of SQL that goes through SQLAlchemy's `text()`: a condition, an expression, a default."""
    return code(_BIND.sub(r"\\:", sql))


def shortened(sql: str) -> str:
    """A statement on one line of a message: its beginning."""
    text = " ".join(sql.split())
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


_MOST_SHOWN = 60


def schema_code(key: Key) -> str:
    """`, schema="billing"` outside `public`."""
    return "" if key.schema == "public" else f", schema={code(key.schema)}"


def execute(sql: str) -> str:
    """`op.execute("…")`, over several lines where the SQL has several."""
    sql = _BIND.sub(r"\\:", sql)
    if "\n" in sql:
        text = sql.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        return f'op.execute("""\n{text}\n""")'
    return f"op.execute({code(sql)})"


def drop_index(name: str, table: str, schema: str = "public") -> str:
    """Takes away, CONCURRENTLY, what is left of an index that an earlier try did not finish, if there is any;
    as SQL where the Alembic of this project has no word for that."""
    if not knows_if_exists():
        return execute(f"DROP INDEX CONCURRENTLY IF EXISTS {path_of(Key('index', schema, name))}")
    where = f"{code(name)}, {code(table)}{schema_code(Key('table', schema, table))}"
    return f"op.drop_index({where}, if_exists=True, postgresql_concurrently=True)"


@cache
def knows_if_exists() -> bool:
    """Whether `op.drop_index` and `op.create_index` have `if_exists` and `if_not_exists`: Alembic's changelog
    has them from 1.12.0 on."""
    return tuple(map(int, version("alembic").split(".")[:2])) >= (1, 12)


def type_code(text: str) -> str | None:
    """The type in SQLAlchemy's terms; None for one that needs its own class."""
    found = _TYPE.match(text)
    template = _TYPES.get(found["name"]) if found else None
    if found is None or template is None or (found["size"] and "{}" not in template):
        return None
    return template.format((found["size"] or "").replace(",", ", "))


def add_column(item: Object, table: Key, *, name: str | None = None, nullable: bool | None = None) -> str:
    """`op.add_column(…)` of a column like this one; as SQL where its type has no name in SQLAlchemy."""
    special = {"identity", "generated"} & item.attributes.keys()
    kind = None if special else type_code(item.text("type"))
    if kind is None:
        return execute(f"ALTER TABLE {path_of(table)} ADD COLUMN {column_ddl(item)}".replace("public.", ""))
    required = bool(item.get("not_null")) if nullable is None else not nullable
    parts = [code(name or item.key.name), kind]
    if item.text("default") and nullable is None:
        parts.append(f"server_default=sa.text({clause(item.text('default'))})")
    if required:
        parts.append("nullable=False")
    return f"op.add_column({code(table.name)}, sa.Column({', '.join(parts)}){schema_code(table)})"


def said_type(text: str) -> str:
    """`varchar(50)`, `customer_status`."""
    return short_type(text).removeprefix("public.")


def numbered(steps: Iterable[tuple[str, str]]) -> str:
    """Several revisions: each with a heading, as comments in one listing."""
    return "\n\n".join(f"# {n}. {heading}\n{body}" for n, (heading, body) in enumerate(steps, 1))
