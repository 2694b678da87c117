"""Reviews to make pictures and files of: small ones by hand, hostile ones by hypothesis."""

from __future__ import annotations

from typing import Any

from assay.report.documents import (
    EffectDocument,
    FindingDocument,
    LockDocument,
    RevisionDocument,
    StatementDocument,
    VerdictDocument,
    WaivedDocument,
)
from assay.review.model import (
    DiagramColumn,
    DiagramLink,
    DiagramTable,
    HistoryDiff,
    Node,
    Review,
    Schema,
    SchemaChange,
    Size,
    Source,
)

PATH = "migrations/versions/0002_add_a_currency.py"


def review(**fields: Any) -> Review:
    """A review with nothing in it but `fields`."""
    empty: dict[str, Any] = {
        "source": Source(),
        "verdict": VerdictDocument("pass", "error", 0, 0, 0),
        "history": history(),
        "schema": schema(),
    }
    lists = ("environments", "revisions", "findings", "waived", "preflight", "servers", "notes")
    return Review(**{**{name: [] for name in lists}, "sizes": {}, **empty, **fields})


def history(*nodes: Node) -> HistoryDiff:
    return HistoryDiff(
        heads_before=[], heads_after=[], revisions_before=0, revisions_after=0, nodes=list(nodes)
    )


def node(name: str, *parents: str, **fields: Any) -> Node:
    defaults: dict[str, Any] = {
        "message": f"Revision {name}",
        "path": f"migrations/versions/{name}.py",
        "depends_on": [],
        "branch_labels": [],
        "state": "new",
    }
    return Node(id=name, down_revisions=list(parents), **{**defaults, **fields})


def schema(*tables: DiagramTable, links: Any = (), changes: Any = ()) -> Schema:
    return Schema(
        fingerprint_before=None,
        fingerprint_after=None,
        changes=list(changes),
        tables=list(tables),
        links=list(links),
    )


def table(name: str, *columns: DiagramColumn, mark: Any = "changed") -> DiagramTable:
    return DiagramTable(name=name, mark=mark, columns=list(columns))


def column(name: str, kind: str = "text", mark: Any = "unchanged", **fields: Any) -> DiagramColumn:
    defaults = {"nullable": True, "primary": False, "foreign": False}
    return DiagramColumn(name=name, type=kind, mark=mark, **{**defaults, **fields})


def link(child: str, parent: str, *columns: str, mark: Any = "unchanged", **fields: Any) -> DiagramLink:
    defaults: dict[str, Any] = {"parent_columns": ["id"], "optional": False, "unique": False}
    names = list(columns) or [f"{parent}_id"]
    return DiagramLink(
        name=f"fk_{child}_{parent}",
        child=child,
        columns=names,
        parent=parent,
        mark=mark,
        **{**defaults, **fields},
    )


def renamed(kind: str, name: str, before: str) -> SchemaChange:
    return SchemaChange(kind=kind, name=name, table=None, mark="renamed", renamed_from=before, ddl="")


def lock(relation: str, mode: str = "AccessExclusiveLock", first: bool = True) -> LockDocument:
    return LockDocument(relation=relation, kind="table", mode=mode, first=first, preexisting=True)


def effect(*locks: LockDocument, **fields: Any) -> EffectDocument:
    lists = ("rewrites", "truncated", "index_builds", "scans", "created", "altered", "dropped", "renamed")
    rest = {"rows_written": 0, "duration_ms": 1.0, "error": None, "proven": True, "unproven": None}
    return EffectDocument(**{**{name: [] for name in lists}, **rest, "locks": list(locks), **fields})


def statement(sql: str = "SELECT 1", line: int = 9, **fields: Any) -> StatementDocument:
    defaults: dict[str, Any] = {
        "direction": "upgrade",
        "path": PATH,
        "lines": [line],
        "in_transaction": True,
        "origin": "generated",
        "effect": None,
    }
    return StatementDocument(sql=sql, line=line, **{**defaults, **fields})


def revision(name: str, *statements: StatementDocument, **fields: Any) -> RevisionDocument:
    defaults: dict[str, Any] = {
        "path": PATH,
        "down_revision": None,
        "branch_labels": [],
        "depends_on": [],
        "message": "Add a currency",
        "create_date": None,
        "new": True,
        "rendered_by": "env.py",
        "round_trip": None,
    }
    return RevisionDocument(id=name, statements=list(statements), **{**defaults, **fields})


def finding(rule: str = "table-rewrite", severity: Any = "error", **fields: Any) -> FindingDocument:
    return FindingDocument(rule=rule, severity=severity, **{**_FINDING, **fields})


def waived(reason: str, rule: str = "table-rewrite", **fields: Any) -> WaivedDocument:
    return WaivedDocument(rule=rule, severity="error", reason=reason, **{**_FINDING, **fields})


_FINDING: dict[str, Any] = {
    "group": "availability",
    "revision": "0002",
    "path": PATH,
    "line": 9,
    "column": None,
    "message": "ALTER TABLE rewrites companies.",
    "advice": "Add a column instead.",
}


def rich() -> Review:
    """A pull request with something of everything."""
    first = statement(
        "ALTER TABLE companies ADD COLUMN currency text",
        effect=effect(lock("companies"), altered=["table companies"]),
    )
    second = statement(
        "ALTER TABLE filings ALTER COLUMN value TYPE numeric(20, 4)",
        line=14,
        effect=effect(
            lock("companies", first=False),
            lock("filings"),
            lock("sources", "ShareLock"),
            rewrites=["filings"],
        ),
    )
    third = statement(
        "CREATE INDEX CONCURRENTLY ix ON filings (value)",
        line=19,
        in_transaction=False,
        effect=effect(lock("filings", "ShareUpdateExclusiveLock"), scans=["filings"]),
    )
    return review(
        history=history(
            node("0001", state="merged", message="Companies and filings", was_head=True),
            node("0002", "0001", message="Add a currency"),
            node("0003", "0002", message="Index the value", head=True),
            node("0004", "0001", state="edited", same_sql=False, message="Sources"),
            node("0005", "0004", state="re-parented", down_revisions_before=["0001"], head=True),
            node("0006", "0001", state="removed", was_head=True),
        ),
        schema=schema(
            table(
                "companies",
                column("id", "bigint", primary=True, nullable=False),
                column("currency", "character varying(3)", "added"),
                column("name", mark="renamed", nullable=False),
                *(column(f"detail_{n}") for n in range(12)),
            ),
            table(
                "filings",
                column("id", "bigint", primary=True, nullable=False),
                column("company_id", "bigint", foreign=True, nullable=False),
                column("value", "numeric(20,4)", "changed"),
            ),
            table("notes", column("id", "bigint", "added", primary=True, nullable=False), mark="added"),
            table("sources", column("id", "bigint", primary=True, nullable=False), mark="unchanged"),
            links=[
                link("filings", "companies", "company_id"),
                link("notes", "companies", "company_id", mark="added", optional=True, unique=True),
                link("filings", "sources", "source_id", mark="removed"),
            ],
            changes=[renamed("column", "companies.name", "title")],
        ),
        revisions=[revision("0002", first, second), revision("0003", third, message="Index the value")],
        sizes={"filings": Size(rows=41_000_000, bytes=9_000_000_000)},
    )
