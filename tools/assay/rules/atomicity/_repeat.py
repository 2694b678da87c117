"""Whether a statement can be run again after it has run, as PostgreSQL's grammar reads it."""

from __future__ import annotations

from typing import Any

from assay.preflight.grammar import enum_name
from assay.rules.data._parsed import kind, parsed, strings
from assay.trace import BLOCKS_WRITES, Observation, Traced

_FLAGS = {
    "AlterEnumStmt": "skip_if_new_val_exists",
    "CreateExtensionStmt": "if_not_exists",
    "CreateForeignServerStmt": "if_not_exists",
    "CreateFunctionStmt": "replace",
    "CreateSchemaStmt": "if_not_exists",
    "CreateSeqStmt": "if_not_exists",
    "CreateStatsStmt": "if_not_exists",
    "CreateStmt": "if_not_exists",
    "CreateTableAsStmt": "if_not_exists",
    "CreateTrigStmt": "replace",
    "DropStmt": "missing_ok",
    "IndexStmt": "if_not_exists",
    "RuleStmt": "replace",
    "ViewStmt": "replace",
}
"""Statements that fail, or do it twice, when they run again, unless this flag of theirs is set."""

_ONCE = frozenset(
    {
        "CompositeTypeStmt",
        "CreateDomainStmt",
        "CreateEnumStmt",
        "CreatePolicyStmt",
        "CreateRangeStmt",
        "CreateRoleStmt",
        "CreatePublicationStmt",
        "DefineStmt",
        "RenameStmt",
    }
)
"""Statements that have no such flag."""

_EACH_TIME = frozenset({"ReindexStmt", "ClusterStmt", "VacuumStmt", "RefreshMatViewStmt"})
"""Statements that do all of their work each time that they run."""

_PARTS = frozenset(
    {"AT_AddColumn", "AT_DropColumn", "AT_DropConstraint", "AT_AddConstraint", "AT_AttachPartition"}
    | {"AT_DetachPartition", "AT_AddIdentity", "AT_DropIdentity", "AT_AddInherit", "AT_DropInherit"}
)
"""What of ALTER TABLE fails when it runs again, unless it says IF [NOT] EXISTS."""


def changes(traced: Traced) -> bool:
    """Whether it left something behind: it changed the schema, rows, or the files that hold them."""
    effect = traced.effect
    done = effect.changes or effect.written or effect.truncated
    return effect.error is None and bool(done or labours(traced))


def labours(traced: Traced) -> bool:
    """Whether it wrote a table in use, or its indexes, anew."""
    effect = traced.effect
    return any(relation.busy for relation in (*effect.rewrites, *effect.index_builds))


def labours_again(traced: Traced) -> bool:
    """Whether a second run would do such work once more, while others wait for it."""
    waits = any(lock.mode in BLOCKS_WRITES and lock.relation.busy for lock in traced.effect.locks)
    return waits and labours(traced) and kind(parsed(traced.statement.sql)) in _EACH_TIME


def committed_early(observation: Observation) -> list[Traced]:
    """Statements that stay done when a later one of the revision fails: those before the last transaction."""
    done = [traced for traced in observation.upgrade if changes(traced) or traced.effect.error]
    return [traced for traced in done if traced.transaction != done[-1].transaction and changes(traced)]


def unrepeatable(observation: Observation) -> list[Traced]:
    """Those among them that would fail, or do their work twice, when the revision runs again."""
    return [
        traced
        for traced in committed_early(observation)
        if not _repeats(parsed(traced.statement.sql)) and not dropped_before(observation, traced)
    ]


def is_mixed(observation: Observation) -> bool:
    """Whether its work is in several parts, one at least of which is a transaction of several statements."""
    done = [traced for traced in observation.upgrade if changes(traced) or traced.effect.error]
    return len(set(map(part_of, done))) > 1


def part_of(traced: Traced) -> int | None:
    """The transaction of several statements that it is in; None for one of its own."""
    return traced.transaction if traced.statement.in_transaction else None


def dropped_before(observation: Observation, traced: Traced) -> bool:
    """Whether an earlier statement drops, IF EXISTS, what this one makes."""
    name = _made(parsed(traced.statement.sql))
    return name is not None and any(name in _taken(drop) for drop in _drops(observation, traced))


def _drops(observation: Observation, traced: Traced) -> list[Any]:
    """The DROP … IF EXISTS statements before `traced`."""
    found = []
    for other in observation.upgrade:
        if other is traced:
            break
        node = parsed(other.statement.sql)
        if kind(node) in ("DropStmt", "AlterTableStmt"):
            found.append(node)
    return found


def _repeats(node: Any) -> bool:
    name = kind(node)
    if name == "AlterTableStmt":
        if enum_name("ObjectType", node.objtype) == "OBJECT_INDEX":
            return True  # an index that is attached already is attached once more without a word
        return all(_part_repeats(command.alter_table_cmd) for command in node.cmds)
    if name == "InsertStmt":
        values = node.select_stmt.select_stmt.values_lists
        return node.HasField("on_conflict_clause") or not values
    if name == "AlterEnumStmt" and node.old_val:
        return False
    if name in _FLAGS:
        return bool(getattr(node, _FLAGS[name]))
    return name not in _ONCE


def _part_repeats(command: Any) -> bool:
    return enum_name("AlterTableType", command.subtype) not in _PARTS or bool(command.missing_ok)


def _made(node: Any) -> str | None:
    """The last part of the name of what a statement makes; None where it is none of those."""
    name = kind(node)
    if name == "IndexStmt":
        return str(node.idxname)
    if name in ("CreateStmt", "CreateSeqStmt"):
        return str((node.relation if name == "CreateStmt" else node.sequence).relname)
    if name == "CreateTrigStmt":
        return str(node.trigname)
    if name == "ViewStmt":
        return str(node.view.relname)
    if name in ("CreateEnumStmt", "CreateRangeStmt"):
        return str(node.type_name[-1].string.sval)
    if name == "CreateDomainStmt":
        return str(node.domainname[-1].string.sval)
    if name == "AlterTableStmt" and len(node.cmds) == 1:
        command = node.cmds[0].alter_table_cmd
        if enum_name("AlterTableType", command.subtype) == "AT_AddConstraint":
            return str(getattr(command, "def").constraint.conname) or None
    return None


def _taken(drop: Any) -> set[str]:
    """The last parts of the names that a DROP … IF EXISTS, or an ALTER TABLE of that kind, takes away."""
    if kind(drop) == "DropStmt":
        return {strings(each)[-1] for each in drop.objects if strings(each)} if drop.missing_ok else set()
    commands = (each.alter_table_cmd for each in drop.cmds)
    return {str(command.name) for command in commands if command.missing_ok and command.name}


def repeatable_form(sql: str) -> str | None:
    """The statement so that it can be run again; None where there is no such form of it."""
    import postgast

    node = parsed(sql)
    name = kind(node)
    if node is None or name == "IndexStmt":
        return None
    tree = postgast.parse(sql)
    inner = tree.stmts[0].stmt
    statement = getattr(inner, str(inner.WhichOneof("node")))
    if name == "AlterTableStmt":
        for command in statement.cmds:
            part = enum_name("AlterTableType", command.alter_table_cmd.subtype)
            if part in ("AT_AddColumn", "AT_DropColumn", "AT_DropConstraint"):
                command.alter_table_cmd.missing_ok = True
            elif part in _PARTS:
                return None
    elif name in _FLAGS and not (name == "AlterEnumStmt" and node.old_val):
        setattr(statement, _FLAGS[name], True)
    else:
        return None
    return str(postgast.deparse(tree))
