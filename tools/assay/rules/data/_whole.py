"""Statements that write every row of a table in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from assay.catalog import Key
from assay.rules.data._batches import batched, is_bounded
from assay.rules.data._block import straight
from assay.rules.data._parsed import commits, kind, parsed, strings
from assay.rules.data._upgrade import RELATIONS
from assay.trace import Observation, Relation, Traced

Verb = Literal["update", "delete"]

_STATEMENTS = {"update": "UpdateStmt", "delete": "DeleteStmt"}


class WholeWrite(Struct, frozen=True):
    """A statement, the table whose rows it wrote, and whether a WHERE of its own let all of them through."""

    traced: Traced
    relation: Relation
    filtered: bool = False

    def advice(self, observation: Observation) -> str:
        """The statement rewritten to work in batches, where it is one that can be."""
        sql = self.traced.statement.sql
        table = table_key(observation, self.relation)
        before = observation.trip.upgrade.before
        statements = straight(sql) or []
        rewritten = [batched(each, table, before) for each in statements if _target(each) == table.name]
        known = [lines for lines in rewritten if lines is not None]
        if not known or len(known) < len(rewritten):
            return _UNKNOWN
        rest = (" ".join(each.split()) for each in statements if _target(each) != table.name)
        return "\n".join((*(f"# the block does this besides: {each}" for each in rest), *known))


_UNKNOWN = """\
with op.get_context().autocommit_block():
    op.execute(...)  # a range of keys, then the next

How to split this statement is not known here; `assay explain whole-table-update` shows a block."""


def whole_writes(observation: Observation, verb: Verb) -> Iterator[WholeWrite]:
    """Every statement that updated (deleted) all rows of a busy table and is no batch of a larger work."""
    for traced in observation.upgrade:
        relations = [
            written.relation
            for written in traced.effect.written
            if written.whole and (written.deleted > 0) == (verb == "delete")
        ]
        for relation in relations or _unseen(traced, verb):
            if relation.busy and not _is_batch(observation, traced, relation):
                node = parsed(traced.statement.sql)
                filtered = kind(node) == _STATEMENTS[verb] and node.HasField("where_clause")
                yield WholeWrite(traced, relation, filtered)


def _target(sql: str) -> str | None:
    """The table that an UPDATE or DELETE writes."""
    node = parsed(sql)
    return str(node.relation.relname) if kind(node) in _STATEMENTS.values() else None


def table_key(observation: Observation, relation: Relation) -> Key:
    """The table's key in the catalog before the revision."""
    for key in observation.trip.upgrade.before or ():
        if key.kind in RELATIONS and key.path == relation.name:
            return key
    return Key("table", "public", relation.name)


def _unseen(traced: Traced, verb: Verb) -> Iterator[Relation]:
    """The target of a statement without WHERE that met no rows, so that running it showed nothing."""
    if traced.effect.written or verb not in traced.statement.sql.lower():  # parsing is not for nothing
        return
    node = parsed(traced.statement.sql)
    if kind(node) != _STATEMENTS[verb] or node.HasField("where_clause"):
        return
    name = ".".join(part for part in (node.relation.schemaname, node.relation.relname) if part)
    for lock in traced.effect.locks:
        if lock.mode == "RowExclusiveLock" and lock.relation.name == name.removeprefix("public."):
            yield lock.relation
            return


def _is_batch(observation: Observation, traced: Traced, relation: Relation) -> bool:
    """Whether it is one step of many, or commits its steps itself."""
    sql = traced.statement.sql
    if not traced.statement.in_transaction and commits(sql):
        return True
    bounded = is_bounded(sql, table_key(observation, relation), observation.trip.upgrade.before)
    return bounded and not _goes_on(observation, traced)


def _goes_on(observation: Observation, traced: Traced) -> bool:
    """Whether the same line ran again in the same transaction: batches that are none, held until the end."""
    same = [
        each
        for each in observation.upgrade
        if each.transaction == traced.transaction and each.statement.line == traced.statement.line
    ]
    return len(same) > 1 and strings(parsed(traced.statement.sql)) == strings(parsed(same[-1].statement.sql))
