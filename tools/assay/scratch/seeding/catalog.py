"""What the seeding has to know of a database: its tables, columns, types, checks and foreign keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

TABLES = """
    SELECT c.oid::bigint, c.oid::regclass::text, relname, relkind::text,
           CASE WHEN relispartition AND relkind = 'r' THEN pg_get_partition_constraintdef(c.oid) END,
           ARRAY(SELECT relid::bigint FROM pg_partition_ancestors(c.oid))
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'f') AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND {some[c.oid]}
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
    ORDER BY 2
"""  # noqa: E501
COLUMNS = """
    SELECT attrelid::bigint, attnum, attname, atttypid::bigint, atttypmod, attnotnull, attidentity <> '',
           attgenerated <> '', pg_get_expr(adbin, adrelid), c.reltype::bigint
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'c') AND nspname !~ '^pg_'
      AND nspname <> 'information_schema' AND (relkind = 'c' OR {some[c.oid]})
    ORDER BY attrelid, attnum
"""
CONSTRAINTS = """
    SELECT c.contype::text, c.conname, c.conrelid::bigint, c.contypid::bigint, c.conkey, c.confrelid::bigint,
           c.confkey, pg_get_expr(c.conbin, c.conrelid), c.confmatchtype = 'f'
    FROM pg_constraint c LEFT JOIN pg_constraint p ON p.oid = c.conparentid
    WHERE (c.contype IN ('c', 'f') OR c.contype IN ('p', 'u') AND c.condeferrable)
      AND (p.oid IS NULL OR p.conrelid <> c.conrelid) AND (c.conrelid = 0 OR {some[c.conrelid]})
    ORDER BY c.conrelid, c.conname
"""
TYPES = """
    SELECT t.oid::bigint, typname, typtype::text, typelem::bigint, typbasetype::bigint, typtypmod, typnotnull,
           typcategory = 'A' AND typelem <> 0, coalesce(r.rngsubtype, m.rngtypid, 0)::bigint,
           coalesce((SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum
                     WHERE enumtypid = t.oid), '{{}}')
    FROM pg_type t LEFT JOIN pg_range r ON r.rngtypid = t.oid LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
    WHERE {which}
"""
BUILT_IN = "t.oid < 16384"
NOT_BUILT_IN = "t.oid >= 16384"
NO_ROW_TYPES = """t.oid >= 16384 AND NOT EXISTS (
        SELECT FROM pg_class w WHERE w.relkind <> 'c' AND w.oid = CASE
            WHEN t.typrelid <> 0 THEN t.typrelid
            ELSE (SELECT e.typrelid FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid) END)"""
"""Each table has a type of its own and one of arrays of it; hardly a column is of one."""
NEIGHBOURS = """
    WITH near (oid) AS (
        SELECT unnest(%s::oid[])
        UNION SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (%s::oid[])
    ), roots (oid) AS (
        SELECT oid FROM near UNION SELECT pg_partition_root(oid) FROM near
    )
    SELECT oid::bigint FROM roots WHERE oid IS NOT NULL UNION SELECT relid::bigint FROM roots, pg_partition_tree(roots.oid)
"""  # noqa: E501
"""What is needed to know how to fill some tables: what they refer to, and the partitions of each."""

SPELLING = """
    SELECT format_type(t, m) FROM unnest(%s::oid[], %s::integer[]) WITH ORDINALITY AS u(t, m, n) ORDER BY n
"""


class Type(Struct, frozen=True):
    """A row of pg_type, with what belongs to it."""

    name: str
    kind: str
    """typtype: b(ase), c(omposite), d(omain), e(num), m(ultirange), p(seudo), r(ange)."""
    element: int
    base: int
    """Of a domain."""
    base_modifier: int
    not_null: bool
    is_array: bool
    subtype: int
    """Of a range its elements' type, of a multirange its range."""
    labels: Sequence[str]


class Check(Struct, frozen=True):
    """A condition over columns: of a table, of a domain, or of a partition."""

    name: str
    expression: str
    columns: frozenset[str]
    bound: bool = False
    """It is a partition's: what the server would number must obey, too."""


class Column(Struct, frozen=True):
    """A column that values are made for; `type` and `modifier` are those below its domains."""

    name: str
    number: int
    type: int
    modifier: int
    nullable: bool
    counts: bool
    """The server numbers it: an identity or a sequence."""
    generated: bool
    has_default: bool


class ForeignKey(Struct, frozen=True):
    """Columns whose values must be found in another table."""

    name: str
    columns: tuple[str, ...]
    parent: int
    parent_columns: tuple[str, ...]
    full: bool
    """MATCH FULL: all columns are null, or none is."""


class Table(Struct):
    """A table, a partition or a partitioned table."""

    oid: int
    shown: str
    name: str
    kind: str
    ancestors: Sequence[int]
    """The partitioned tables that a partition belongs to, and itself."""
    columns: dict[str, Column] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    deferrable_keys: list[tuple[str, ...]] = field(default_factory=list)
    """The columns of primary and unique keys that are checked by a trigger."""

    def can_be_null(self, key: ForeignKey) -> bool:
        """Whether a row may do without a parent."""
        nullable = [self.columns[name].nullable for name in key.columns]
        return all(nullable) if key.full else any(nullable)


class Catalog(Struct, frozen=True):
    """Everything, by oid."""

    tables: Mapping[int, Table]
    types: Mapping[int, Type]
    composites: Mapping[int, tuple[Column, ...]]
    """The columns of composite types, by the type."""
    spelling: Mapping[tuple[int, int], str]
    """Types as SQL writes them, by type and modifier."""

    def leaves(self, oid: int) -> list[Table]:
        """The tables that hold the rows of `oid`: itself, or the partitions below it."""
        table = self.tables.get(oid)
        if table is None:
            return []
        if table.kind != "p":
            return [table]
        return [t for t in self.tables.values() if oid in t.ancestors and t.kind == "r"]


class _Some(dict[str, str]):
    """`{some[column]}` in a query: that the column is one of these."""

    def __init__(self, oids: Iterable[int] | None) -> None:
        self._condition = (
            "true" if oids is None else f"= ANY ('{{{','.join(map(str, sorted(oids)))}}}'::oid[])"
        )

    def __missing__(self, column: str) -> str:
        return self._condition if self._condition == "true" else f"{column} {self._condition}"


_built_in: dict[int, dict[int, Type]] = {}
"""The types that every database has, by the server's version."""


def read(session: cursor, only: Collection[int] | None = None) -> Catalog:
    """Read it all, in a few queries; names come out qualified, whatever the search path is.

    With `only`, what it takes to fill the tables with these OIDs.
    """
    if only is None:
        return _read(session, _types(session, NOT_BUILT_IN), _Some(None))
    wanted = list(only)
    session.execute(NEIGHBOURS, [wanted, wanted])
    some = [row[0] for row in session.fetchall()]
    try:
        return _read(session, _types(session, NO_ROW_TYPES), _Some(some))
    except _RowTypeError:
        return read(session)


class _RowTypeError(Exception):
    """A column is of the type of a table's rows."""


def _types(session: cursor, which: str) -> dict[int, Type]:
    version = session.connection.server_version
    if version not in _built_in:
        _built_in[version] = {row[0]: Type(*row[1:]) for row in _rows(session, TYPES.format(which=BUILT_IN))}
    return _built_in[version] | {row[0]: Type(*row[1:]) for row in _rows(session, TYPES.format(which=which))}


def _read(session: cursor, types: Mapping[int, Type], some: _Some) -> Catalog:
    tables, partition_checks = {}, {}
    for oid, shown, name, kind, bounds, ancestors in _rows(session, TABLES.format(some=some)):
        tables[oid] = Table(oid, shown, name, kind, ancestors)
        partition_checks[oid] = bounds
    composites: dict[int, tuple[Column, ...]] = defaultdict(tuple)
    numbers: dict[int, dict[int, str]] = defaultdict(dict)
    domains: dict[tuple[int, str], int] = {}
    for oid, number, name, type_, modifier, not_null, *rest, row_type in _rows(
        session, COLUMNS.format(some=some)
    ):
        column = _column(types, number, name, type_, modifier, not_null, *rest)
        numbers[oid][number] = name
        domains[oid, name] = type_
        composites[row_type] += (column,)
        if oid in tables:
            tables[oid].columns[name] = column
    domain_checks = _constraints(session, CONSTRAINTS.format(some=some), tables, numbers)
    for oid, table in tables.items():
        _add_checks(table, partition_checks[oid], domain_checks, domains, types)
    pairs = {(c.type, c.modifier) for table in tables.values() for c in table.columns.values()}
    return Catalog(tables, types, composites, _spelling(session, pairs))


def _spelling(session: cursor, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    listed = sorted(pairs)
    session.execute(SPELLING, [[type_ for type_, _ in listed], [modifier for _, modifier in listed]])
    return dict(zip(listed, (row[0] for row in session.fetchall()), strict=True))


def _rows(session: cursor, query: str) -> list[tuple[Any, ...]]:
    session.execute(query)
    return session.fetchall()


def _column(
    types: Mapping[int, Type],
    number: int,
    name: str,
    type_: int,
    modifier: int,
    not_null: bool,
    identity: bool,
    generated: bool,
    default: str | None,
) -> Column:
    if type_ not in types:
        raise _RowTypeError
    while types[type_].kind == "d":
        if types[type_].base not in types:
            raise _RowTypeError
        not_null = not_null or types[type_].not_null
        type_, modifier = types[type_].base, types[type_].base_modifier
    counts = identity or (default is not None and default.startswith(("nextval(", "pg_catalog.nextval(")))
    return Column(name, number, type_, modifier, not not_null, counts, generated, default is not None)


def _constraints(
    session: cursor, query: str, tables: Mapping[int, Table], numbers: Mapping[int, Mapping[int, str]]
) -> dict[int, tuple[Check, ...]]:
    """Put each constraint into its table; return those of domains."""
    of_domains: dict[int, tuple[Check, ...]] = defaultdict(tuple)
    for kind, name, oid, domain, key, parent, parent_key, expression, full in _rows(session, query):
        if domain:
            of_domains[domain] += (Check(name, expression, frozenset()),)
        elif oid not in tables:
            continue
        elif kind == "c":
            columns = frozenset(numbers[oid][n] for n in key or () if n in numbers[oid])
            tables[oid].checks.append(Check(name, expression, columns))
        elif kind in "pu":
            tables[oid].deferrable_keys.append(tuple(numbers[oid][n] for n in key))
        elif parent in tables:
            columns_, parents = ([numbers[o][n] for n in k] for o, k in ((oid, key), (parent, parent_key)))
            tables[oid].foreign_keys.append(ForeignKey(name, tuple(columns_), parent, tuple(parents), full))
    return of_domains


def _add_checks(
    table: Table,
    bounds: str | None,
    domain_checks: Mapping[int, tuple[Check, ...]],
    domains: Mapping[tuple[int, str], int],
    types: Mapping[int, Type],
) -> None:
    """What a partition's bounds and the columns' domains ask for, as checks of the table."""
    from assay.scratch.seeding.literals import mentioned, with_value

    if bounds:
        table.checks.append(Check("its bound", bounds, mentioned(bounds, table.columns), bound=True))
    for name in table.columns:
        type_ = domains[table.oid, name]
        while types[type_].kind == "d":
            for check in domain_checks.get(type_, ()):
                expression = with_value(check.expression, name)
                table.checks.append(Check(check.name, expression, frozenset([name])))
            type_ = types[type_].base
