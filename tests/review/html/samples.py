"""Reviews to look at: a common one, a huge one, a wide schema, a tangled history, a hostile one."""

from __future__ import annotations

from assay.report.documents import ErrorDocument, RevisionDocument, RoundTripDocument, VerdictDocument
from assay.review.model import Environment, Question, Review, SchemaChange, Size, Source

from tests.review import documents as doc

PATH = "migrations/versions/{}_{}.py"
SHA = "b1f2" * 10
TABLES = ("companies", "metrics_input", "quarterly_reporting_metrics", "quarterly_reporting_financials")


def small() -> Review:
    """Two revisions of the reference database, the second one bad, and something in every section."""
    review = doc.rich()
    review.source = Source(
        server_url="https://github.com",
        repository="acme/financial-reporting",
        pull=42,
        base_ref="main",
        base_commit="a" * 40,
        head_commit=SHA,
        run_url="https://github.com/acme/financial-reporting/actions/runs/7",
    )
    review.verdict = VerdictDocument("fail", "error", 1, 1, 0)
    review.findings = [
        doc.finding(
            "unindexed-foreign-key",
            "warning",
            revision="0003",
            line=19,
            advice="Index it:\n\nop.create_index('ix', 'filings', ['company_id'])",
        ),
        doc.finding(
            "table-rewrite", line=14, message="ALTER TABLE rewrites filings.", advice="See the page."
        ),
    ]
    review.waived = [doc.waived("Nobody writes on Sundays.", "blocking-scan")]
    review.schema.changes += [
        SchemaChange(
            kind="column",
            name="companies.currency",
            table="companies",
            mark="added",
            renamed_from=None,
            ddl="ALTER TABLE companies ADD COLUMN currency character varying(3)",
        ),
        SchemaChange(
            kind="view",
            name="latest",
            table="latest",
            mark="changed",
            renamed_from=None,
            ddl="CREATE OR REPLACE VIEW latest AS\n SELECT <b>,\n    currency\n   FROM companies;",
            ddl_before="CREATE OR REPLACE VIEW latest AS\n SELECT <b>,\n    fund\n   FROM companies;",
        ),
    ]
    review.revisions[0].round_trip = round_trip()
    unseen = doc.effect(proven=False, unproven="its locks ended before they could be read")
    review.revisions[1].statements.append(
        doc.statement("VACUUM filings", line=24, in_transaction=False, effect=unseen)
    )
    failed = doc.effect(error=ErrorDocument("42703", "no such column"), proven=False, unproven="it failed")
    review.revisions[0].statements.append(
        doc.statement(
            "ALTER TABLE companies DROP COLUMN currency", line=30, direction="downgrade", effect=failed
        )
    )
    review.environments = [
        Environment(name="staging", at=["0001"], pending=["0002", "0003"], unknown=[]),
        Environment(name="production", at=None, pending=[], unknown=[], problem="The server refused."),
    ]
    review.preflight = [
        Question(
            revision="0003",
            path=doc.PATH,
            line=19,
            title="Is a value of filings NULL?",
            sql="SELECT count(*)\nFROM filings\nWHERE value IS NULL",
            expected="0",
            why=None,
        )
    ]
    review.servers = ["PostgreSQL 18 (embedded)"]
    review.notes = ["No statistics were given, so every table counts as large."]
    return review


def large(revisions: int = 200, statements: int = 30) -> Review:
    """Thousands of statements, each with locks and effects, and findings on every tenth."""
    ids = [f"{n:04}" for n in range(1, revisions + 1)]
    nodes = [
        doc.node(id_, *([ids[n - 1]] if n else []), head=n == revisions - 1) for n, id_ in enumerate(ids)
    ]
    return doc.review(
        source=small().source,
        verdict=VerdictDocument("fail", "error", revisions, 0, 0),
        history=doc.history(*nodes),
        schema=doc.schema(changes=[_change(n) for n in range(revisions * 3)]),
        revisions=[_revision(id_, statements) for id_ in ids],
        findings=[doc.finding(revision=id_, path=PATH.format(id_, "step"), line=40) for id_ in ids],
        sizes={name: Size(rows=10**7, bytes=10**10) for name in TABLES},
        servers=["PostgreSQL 18 (embedded)"],
    )


def wide(tables: int = 40) -> Review:
    """A schema of many tables: chains, a hub, a cycle, a table that refers to itself, one that stands alone."""
    names = [f"reporting_table_{n:02}" for n in range(tables)]
    links = [
        doc.link(names[n], names[n // 3], "parent_id", optional=n % 2 == 0) for n in range(1, tables - 4)
    ]
    links += [doc.link(names[0], names[7]), doc.link(names[5], names[5], "manager_id")]
    links += [doc.link(names[n], names[1], "company_id", mark="added") for n in range(20, tables - 4, 3)]
    marks = ("unchanged", "added", "changed", "removed", "renamed")
    drawn = [
        doc.table(
            name,
            doc.column("id", "uuid", primary=True, nullable=False),
            doc.column("parent_id", "uuid", foreign=True),
            *(doc.column(f"amount_{k}", "numeric(20,4)", marks[(n + k) % 5]) for k in range(n % 9)),
            mark=marks[n % 5],
        )
        for n, name in enumerate(names)
    ]
    return doc.review(schema=doc.schema(*drawn, links=links, changes=[_change(1)]))


def tangled() -> Review:
    """Branches that join again, revisions that changed their parents, and some that are gone."""
    nodes = [
        doc.node("a1", "a0", state="merged"),
        doc.node("b1", "a1", branch_labels=["reporting"]),
        doc.node("b2", "b1", state="edited", same_sql=True),
        doc.node("c1", "a1", state="re-parented", down_revisions_before=["b1"]),
        doc.node("c2", "c1", depends_on=["b2"]),
        doc.node("d1", "a1", state="removed", was_head=True),
        doc.node("m1", "b2", "c2", message="merge reporting and the rest"),
        doc.node("e1", "c1", head=True),
        doc.node("m2", "m1", head=True),
    ]
    return doc.review(history=doc.history(*nodes))


def round_trip(*, lost: bool = False) -> RoundTripDocument:
    """Up, down and up again, and all is well."""
    return RoundTripDocument(
        True, True, True, "1f" * 32, "2e" * 32, ["added index ix"] if lost else [], [], []
    )


def _revision(id_: str, statements: int) -> RevisionDocument:
    path = PATH.format(id_, "step")
    found = []
    for n in range(statements):
        table = TABLES[n % len(TABLES)]
        held = [doc.lock(name, first=name == table and n < len(TABLES)) for name in TABLES[: n + 1]]
        error = (
            ErrorDocument("23502", "column holds null values")
            if n == statements - 1 and id_ < "0003"
            else None
        )
        sql = (
            f"ALTER TABLE {table}\n    ADD COLUMN amount_{id_}_{n} NUMERIC(20, 4) DEFAULT '0' NOT NULL,\n"
            f"    ADD CONSTRAINT ck_{table}_{n} CHECK (amount_{id_}_{n} >= {n}) NOT VALID"
        )
        effect = doc.effect(
            *held,
            scans=[table] if n % 5 == 0 else [],
            rewrites=[table] if n == 7 else [],
            created=[f"column {table}.amount_{id_}_{n}"],
            error=error,
        )
        line = 20 + 2 * n
        found.append(doc.statement(sql, line=line, path=path, lines=[line, line, line + 1], effect=effect))
    return doc.revision(id_, *found, path=path, message=f"Step {id_} of a long way", round_trip=round_trip())


def _change(n: int) -> SchemaChange:
    table = TABLES[n % len(TABLES)]
    return SchemaChange(
        kind="column",
        name=f"{table}.amount_{n}",
        table=table,
        mark="added",
        renamed_from=None,
        ddl=f"ALTER TABLE {table} ADD COLUMN amount_{n} numeric(20,4) DEFAULT '0' NOT NULL",
    )
