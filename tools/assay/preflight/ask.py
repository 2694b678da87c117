"""Finds the changes that real data may refuse, and writes the queries that tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assay.catalog import Change, Key, Object
from assay.preflight.definition import Constraint, constraint, index
from assay.preflight.grammar import enum_name, literal, nodes, quoted, tokens
from assay.preflight.model import MOST, Query, Unasked
from assay.preflight.state import State, names_in
from assay.preflight.types import refused
from assay.trace import RoundTrip, Traced, Tracing

Asked = Query | Unasked


def questions(tracing: Tracing) -> tuple[Asked, ...]:
    """What to ask of the real data before the traced revisions run, and what cannot be asked. Pure.

    The queries are for the schema before the first of them; each is told once, at its first statement.
    """
    state: State | None = None
    found: dict[str, Asked] = {}
    for trip in tracing.trips.values():
        before = trip.upgrade.before
        if before is None:
            continue
        state = state or State(before)
        state.begin(before)
        for asked in _of_revision(trip, state):
            found.setdefault(asked.sql if isinstance(asked, Query) else asked.title, asked)
    return tuple(found.values())


def queries(tracing: Tracing) -> tuple[Query, ...]:
    """The queries among them."""
    return tuple(asked for asked in questions(tracing) if isinstance(asked, Query))


def _of_revision(trip: RoundTrip, state: State) -> Iterator[Asked]:
    for traced in trip.upgrade.traced:
        asker = _Asker(trip.upgrade.revision.id, traced, state)
        for change in traced.effect.changes:
            if change.after is not None:
                yield from asker.about(change, change.after)
        state.ran(traced)


@dataclass(frozen=True)
class _Asker:
    """Asks about the changes of one statement; `state` is that before it."""

    revision: str
    traced: Traced
    state: State

    def about(self, change: Change, after: Object) -> Iterator[Asked]:
        kind = after.key.kind
        if kind == "column":
            yield from self._column(change, after)
        elif kind == "constraint" and _holds(after) and not (change.before and _holds(change.before)):
            yield from self._constraint(after)
        elif kind == "index" and after.get("unique") and change.before is None:
            yield from self._unique_index(after)

    def _column(self, change: Change, after: Object) -> Iterator[Asked]:
        schema, table, name = after.key.schema, after.key.parent, after.key.name
        home = self.state.table(schema, table)
        shown = f"{_shown(after.key)}.{name}"
        if home is None:
            return
        if change.before is None:
            if _needs_value(after):
                title = (
                    f"{_shown(after.key)} has rows, and the new column {name} is NOT NULL without a default"
                )
                yield self._query(title, f"SELECT 1 FROM {home} LIMIT 1")  # noqa: S608 - quoted
            return
        key = change.before.key
        if _is_required(after) and not _is_required(change.before) and not self._is_checked(key):
            yield from self._nulls(key, shown)
        if change.before.get("type") != after.get("type"):
            yield from self._type(change.before, after, shown)

    def _nulls(self, key: Key, shown: str) -> Iterator[Asked]:
        title = f"{shown} holds NULL"
        column = self._named(title, key.schema, key.parent, (key.name,))
        if isinstance(column, Unasked):
            yield column
        elif column is not None:
            home, (name,) = column
            yield self._counted(title, f"FROM {home} WHERE {name} IS NULL")

    def _is_checked(self, column: Key) -> bool:
        """Whether a valid CHECK (… IS NOT NULL) has proven it."""
        wanted = f"CHECK (({quoted(column.name)} IS NOT NULL))"
        return any(
            item.text("definition").replace('"', "") == wanted.replace('"', "") and _holds(item)
            for key, item in self.state.objects.items()
            if key.kind == "constraint" and (key.schema, key.parent) == (column.schema, column.parent)
        )

    def _type(self, before: Object, after: Object, shown: str) -> Iterator[Asked]:
        key, old, new = before.key, before.text("type"), after.text("type")
        title = f"{shown} holds values that {new} does not take"
        there = self._named(title, key.schema, key.parent, (key.name,))
        if there is None or isinstance(there, Unasked):
            yield from [there] if there is not None else []
            return
        home, (column,) = there
        labels = self._labels(new)
        try:
            if labels is not None:
                values = ", ".join(map(literal, labels))
                found = f"that are no {new}", f"{column}::text <> ALL (ARRAY[{values}]::text[])"
            else:
                version = self.state.production.version
                maybe = refused(column, old, new, version)
                if maybe is None:
                    return
                found = maybe
            if not _casts_plainly(self.traced.statement.sql, key.name):
                raise LookupError("its USING expression decides which values it takes")
        except LookupError as error:
            yield self._unasked(title, str(error.args[0]))
            return
        yield self._counted(f"{shown} holds values {found[0]}", f"FROM {home} WHERE {found[1]}")

    def _labels(self, type_name: str) -> tuple[str, ...] | None:
        """The values of an enum; None for any other type."""
        for key, item in self.state.objects.items():
            values = item.get("values")
            if key.kind == "type" and isinstance(values, tuple):
                name = f"{quoted(key.schema)}.{quoted(key.name)}"
                if type_name in (name, quoted(key.name)):
                    return values
        return None

    def _constraint(self, after: Object) -> Iterator[Asked]:
        parts = constraint(after.text("definition"))
        if parts is None:
            return
        if parts.kind == "check":
            yield from self._check(after, parts)
        elif parts.kind == "foreign key":
            yield from self._orphans(after, parts)
        elif self._is_built(after):
            if parts.kind == "exclude":
                yield from self._conflicts(after, parts)
            else:
                yield from self._duplicates(after, parts.columns, nulls=parts.nulls_not_distinct)

    def _is_built(self, item: Object) -> bool:
        """Whether the statement built the index behind a key: one that takes an index over proves nothing."""
        return any(r.name.rpartition(".")[2] == item.key.name for r in self.traced.effect.index_builds)

    def _check(self, after: Object, parts: Constraint) -> Iterator[Asked]:
        schema, table = after.key.schema, after.key.parent
        if self.state.objects.get(Key("domain", schema, table)) is not None:
            yield from self._domain(after, parts)
            return
        title = f"{_shown(after.key)} has rows that break {after.key.name}"
        home = self.state.table(schema, table)
        if home is None:
            return
        why = self.state.unknown_in(schema, table, parts.expression)
        why = why or self._changed(schema, table, names_in(parts.expression))
        if why is not None:
            yield self._unasked(title, why)
        else:
            yield self._counted(title, f"FROM {home} WHERE NOT {parts.expression}")

    def _domain(self, after: Object, parts: Constraint) -> Iterator[Asked]:
        domain = Key("domain", after.key.schema, after.key.parent)
        names = (domain.name, f"{domain.schema}.{domain.name}")
        for key, item in self.state.objects.items():
            home = self.state.table(key.schema, key.parent) if key.kind == "column" else None
            if home is None or item.text("type") not in names:
                continue
            title = f"{_shown(key)}.{key.name} holds values that break {after.key.name} of {domain.path}"
            then = self.state.column(key.schema, key.parent, key.name)
            if then is None:
                yield self._unasked(title, f"{_shown(key)}.{key.name} is made by the new revisions")
                continue
            condition = _with_value(parts.expression, quoted(then.key.name))
            yield self._counted(title, f"FROM {home} WHERE NOT {condition}")

    def _duplicates(self, after: Object, columns: tuple[str, ...], *, nulls: bool) -> Iterator[Asked]:
        title = f"{_shown(after.key)} has rows that are equal in {', '.join(columns)}"
        there = self._named(title, after.key.schema, after.key.parent, columns)
        if there is None or isinstance(there, Unasked):
            yield from [there] if there is not None else []
            return
        home, names = there
        yield self._equals(title, home, names, "", nulls=nulls)

    def _unique_index(self, after: Object) -> Iterator[Asked]:
        schema, table = after.key.schema, after.key.parent
        home, parts = self.state.table(schema, table), index(after.text("definition"))
        if home is None or parts is None or after.get("partition_of") is not None:
            return
        title = f"{_shown(after.key)} has rows that are equal in {', '.join(parts.expressions)}"
        if all(parts.columns) and not parts.where:
            columns = tuple(column for column in parts.columns if column)
            yield from self._duplicates(after, columns, nulls=parts.nulls_not_distinct)
            return
        text = f"({', '.join(parts.expressions)}), {parts.where or 'true'}"
        why = self.state.unknown_in(schema, table, text) or self._changed(schema, table, names_in(text))
        if why is not None:
            yield self._unasked(title, why)
        else:
            yield self._equals(title, home, parts.expressions, parts.where, nulls=parts.nulls_not_distinct)

    def _equals(self, title: str, home: str, values: tuple[str, ...], where: str, *, nulls: bool) -> Query:
        conditions = [] if nulls else [f"{value} IS NOT NULL" for value in values]
        conditions += [where] if where else []
        filtered = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        grouped = f" GROUP BY {', '.join(values)} HAVING count(*) > 1"
        return self._counted(title, f"FROM {home}{filtered}{grouped}", cheap=False)

    def _conflicts(self, after: Object, parts: Constraint) -> Iterator[Asked]:
        title = f"{_shown(after.key)} has rows that {after.key.name} excludes"
        if not parts.columns:
            yield self._unasked(title, "it compares expressions")
            return
        there = self._named(title, after.key.schema, after.key.parent, parts.columns)
        if there is None or isinstance(there, Unasked):
            yield from [there] if there is not None else []
            return
        home, names = there
        compared = [f"a.{n} {operator} b.{n}" for n, operator in zip(names, parts.operators, strict=True)]
        source = home if not parts.where else f"(SELECT ctid, * FROM {home} WHERE {parts.where})"  # noqa: S608
        on = " AND ".join(["a.ctid < b.ctid", *compared])
        yield self._counted(title, f"FROM {source} AS a JOIN {source} AS b ON {on}", cheap=False)

    def _orphans(self, after: Object, parts: Constraint) -> Iterator[Asked]:
        schema, table = after.key.schema, after.key.parent
        target = Key("table", parts.referenced_schema, parts.referenced)
        title = f"{_shown(after.key)} has rows whose {', '.join(parts.columns)} is not in {target.path}"
        child = self._named(title, schema, table, parts.columns)
        parent = self._named(title, target.schema, target.name, parts.referenced_columns)
        if child is None:
            return
        if isinstance(child, Unasked) or isinstance(parent, Unasked) or parent is None:
            made = self._unasked(title, f"{target.path} is made by the new revisions")
            yield next((each for each in (child, parent) if isinstance(each, Unasked)), made)
            return
        (home, names), (other, keys) = child, parent
        some = "c.{} IS NOT NULL"
        matched = " AND ".join(f"p.{k} = c.{n}" for k, n in zip(keys, names, strict=True))
        there = f"NOT EXISTS (SELECT 1 FROM {other} AS p WHERE {matched})"  # noqa: S608
        orphan = " AND ".join([*(some.format(n) for n in names), there])
        if parts.match_full and len(names) > 1:
            given = f"num_nonnulls({', '.join(f'c.{n}' for n in names)})"
            orphan = f"({orphan}) OR {given} BETWEEN 1 AND {len(names) - 1}"
        yield self._counted(title, f"FROM {home} AS c WHERE {orphan}", cheap=False)

    def _named(
        self, title: str, schema: str, table: str, columns: tuple[str, ...]
    ) -> tuple[str, tuple[str, ...]] | Unasked | None:
        """The table and its columns as production calls them; None where it has no such table."""
        home = self.state.table(schema, table)
        if home is None:
            return None
        found = []
        for name in columns:
            column = self.state.column(schema, table, name)
            if column is None:
                return self._unasked(title, f"{table}.{name} is made by the new revisions")
            found.append(quoted(column.key.name))
        why = self._changed(schema, table, columns)
        return self._unasked(title, why) if why is not None else (home, tuple(found))

    def _changed(self, schema: str, table: str, columns: tuple[str, ...] | list[str]) -> str | None:
        place = self.state.changed_before(schema, table, columns)
        return None if place is None else f"an earlier statement ({place}) changes these values first"

    def _counted(self, title: str, rest: str, *, cheap: bool = True) -> Query:
        return self._query(title, f"SELECT 1 {rest} LIMIT {MOST}", cheap=cheap)

    def _query(self, title: str, bad: str, *, cheap: bool = True) -> Query:
        statement = self.traced.statement
        return Query(
            title=title,
            sql=f"SELECT count(*) FROM ({bad}) AS bad",  # noqa: S608 - every name is quoted
            revision=self.revision,
            path=statement.path,
            line=statement.line,
            statement=statement.sql,
            cheap=cheap,
        )

    def _unasked(self, title: str, why: str) -> Unasked:
        return Unasked(title, why, self.revision, self.traced.statement.path, self.traced.statement.line)


def _holds(item: Object) -> bool:
    """Whether every row was found to satisfy the constraint."""
    return not item.get("not_valid") and not item.get("not_enforced")


def _is_required(column: Object) -> bool:
    return bool(column.get("not_null")) and not column.get("not_null_not_valid")


def _needs_value(column: Object) -> bool:
    given = ("default", "identity", "generated")
    return _is_required(column) and all(column.get(attribute) is None for attribute in given)


def _casts_plainly(sql: str, column: str) -> bool:
    """Whether ALTER COLUMN … TYPE has no USING, or one that only casts the column."""
    for command in nodes(sql, "AlterTableCmd"):
        if enum_name("AlterTableType", command.subtype) != "AT_AlterColumnType" or command.name != column:
            continue
        definition = getattr(command, "def").column_def
        if not definition.HasField("raw_default"):
            return True
        value = definition.raw_default
        while value.HasField("type_cast"):
            value = value.type_cast.arg
        return bool(value.HasField("column_ref"))
    return True


def _with_value(expression: str, column: str) -> str:
    """A domain's check with the column in place of VALUE."""
    raw, at, parts = expression.encode(), 0, []
    for token in tokens(expression):
        if token.kind == "VALUE_P":
            parts += [raw[at : token.start].decode(), column]
            at = token.end
    return "".join([*parts, raw[at:].decode()])


def _shown(key: Key) -> str:
    """The table that something stands below, as a person writes it."""
    return Key("table", key.schema, key.parent).path
