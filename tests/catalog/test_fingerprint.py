"""What the fingerprint does not see, and that every server gives the same."""

from __future__ import annotations

import subprocess

import pytest
from assay.catalog import diff, read_catalog
from assay.scratch import LocalServer
from psycopg2.extensions import connection

from tests.catalog.conftest import run

INNOCENT = {
    "analyze": "ANALYZE",
    "vacuum full": "VACUUM FULL companies",
    "reindex": "REINDEX TABLE companies",
    "rows": "INSERT INTO companies (name) VALUES ('Acme'), ('Globex')",
    "a number taken": "SELECT nextval('tickets')",
    "truncate": "TRUNCATE companies CASCADE",
    "refresh": "REFRESH MATERIALIZED VIEW totals",
    "a column put last": "ALTER TABLE companies DROP COLUMN last; ALTER TABLE companies ADD COLUMN last text",
    "a column moved": "ALTER TABLE companies DROP COLUMN home; ALTER TABLE companies ADD COLUMN home address",
    "an index built anew": "DROP INDEX ux_invoices_note; CREATE UNIQUE INDEX ux_invoices_note ON invoices (note)",
    "concurrently": "REINDEX INDEX CONCURRENTLY ix_companies_name",
    "temporary table": "CREATE TEMPORARY TABLE companies (x int); CREATE TEMPORARY VIEW rich AS SELECT 1 AS x",
    "version table": "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)",
    "ledger": "CREATE SCHEMA assay; CREATE TABLE assay.ledger (id bigserial PRIMARY KEY)",
    "search path": "SET search_path = other, pg_catalog, public",
    "settings": "SET DateStyle = 'German'; SET IntervalStyle = 'iso_8601'; SET quote_all_identifiers = on; SET TimeZone = 'Asia/Tokyo'; SET extra_float_digits = 0",
    "another encoding": "SET client_encoding = 'LATIN1'",
    "another role": "SET ROLE reporter",
    "granted and revoked": "GRANT UPDATE ON tickets TO writer; REVOKE UPDATE ON tickets FROM writer",
    "owner": "ALTER TABLE scratchpad OWNER TO writer",
}


@pytest.mark.parametrize("sql", INNOCENT.values(), ids=INNOCENT)
def test_unchanged(database: connection, sql: str) -> None:
    before = read_catalog(database)
    for statement in [sql] if "CONCURRENTLY" in sql or "VACUUM" in sql else sql.split("; "):
        run(database, statement)
    after = read_catalog(database)
    assert not diff(before, after).changes
    assert after == before
    assert after.fingerprint == before.fingerprint
    assert hash(after) == hash(before)


def test_clustering_again_changes_nothing(database: connection) -> None:
    run(database, "CLUSTER companies USING pk_companies")
    before = read_catalog(database)
    run(database, "CLUSTER companies")
    assert read_catalog(database).fingerprint == before.fingerprint


def test_dump_and_restore(server: LocalServer, database: connection) -> None:
    run(database, "INSERT INTO companies (name) VALUES ('Acme')")
    run(database, "ALTER TABLE companies DROP COLUMN home; ALTER TABLE companies ADD COLUMN home address")
    run(
        database,
        "DROP PUBLICATION news; DROP SERVER far CASCADE; CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
    )
    before = read_catalog(database)
    dump = subprocess.run(
        [server.binaries.program("pg_dump"), server.conninfo("copy")], capture_output=True, check=True
    )
    server.create_database("restored")
    try:
        subprocess.run(
            [
                server.binaries.program("psql"),
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                server.conninfo("restored"),
            ],
            input=dump.stdout,
            check=True,
            capture_output=True,
        )
        with server.connect("restored") as session:
            after = read_catalog(session)
    finally:
        server.drop_database("restored")
    assert str(diff(before, after)) == ""
    assert after.fingerprint == before.fingerprint


def test_every_version_tells_the_same(servers: dict[int, LocalServer]) -> None:
    found = {}
    for major, server in servers.items():
        with server.connect("base") as session:
            found[major] = read_catalog(session)
    first, *others = found.values()
    for other in others:
        assert str(diff(first, other)) == ""
        assert first.fingerprint == other.fingerprint


VIEWS = """
CREATE VIEW v1 AS SELECT name, count(*) AS n FROM companies GROUP BY name HAVING count(*) > 1 ORDER BY name;
CREATE VIEW v2 AS SELECT c.id FROM ONLY companies c WHERE EXISTS (SELECT 1 FROM invoices i WHERE i.company_id = c.id);
CREATE VIEW v3 AS SELECT name FROM companies UNION SELECT title FROM companies ORDER BY 1;
CREATE VIEW v4 AS WITH w AS (SELECT id, name FROM companies WHERE id > 3) SELECT name FROM w WHERE id < 9;
CREATE VIEW v5 AS SELECT g FROM generate_series(1, 3) AS g;
CREATE VIEW v6 AS SELECT s.name FROM (SELECT name FROM companies LIMIT 5) s;
CREATE VIEW v7 AS SELECT c AS whole, c.home, (c.home).zip FROM companies c;
CREATE VIEW v8 AS SELECT id, row_number() OVER (PARTITION BY mood ORDER BY founded DESC) AS r FROM companies;
CREATE VIEW v9 AS SELECT id, name AS id_name, extract(year FROM founded) AS year FROM companies ORDER BY founded DESC;
CREATE VIEW v10 AS SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(x, y);
CREATE VIEW v11 AS SELECT CASE WHEN title ~ 'companies.x' THEN name ELSE (SELECT max(note) FROM invoices) END AS t FROM companies;
CREATE VIEW v12 AS SELECT a.id, b.id AS other FROM companies a, companies b;
CREATE VIEW v13 AS SELECT DISTINCT ON (mood) mood, name FROM companies ORDER BY mood, name LIMIT 3;
CREATE VIEW v14 AS SELECT name COLLATE "C" AS name, founded::date AS day, revenue + 1 AS more FROM companies FOR UPDATE;
CREATE MATERIALIZED VIEW v15 AS SELECT name FROM companies WHERE id IN (SELECT company_id FROM invoices);
CREATE RECURSIVE VIEW v16 (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM v16 WHERE n < 5;
CREATE VIEW v17 AS SELECT t.title FROM companies t TABLESAMPLE bernoulli (10);
CREATE VIEW v18 AS SELECT 'x' AS t, now() AS at;
CREATE VIEW v19 AS SELECT id, array(SELECT company_id FROM invoices i WHERE i.id = companies.id) AS a FROM companies;
"""


def test_every_version_tells_views_the_same(servers: dict[int, LocalServer]) -> None:
    found = []
    for server in servers.values():
        with server.connect("base") as session:
            run(session, "BEGIN")
            run(session, VIEWS)
            found.append(read_catalog(session))
    first, *others = found
    for other in others:
        assert str(diff(first, other)) == ""
        assert first.fingerprint == other.fingerprint
