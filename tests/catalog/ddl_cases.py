"""Single DDL statements on base.sql, each with what `assay diff` has to say of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    id: str
    ddl: str
    text: str
    undo: str | None = None
    """Puts the schema back; None where nothing simple does."""
    since: int = 14
    """The first major version that knows the statement."""


CASES = [
    Case("create schema", "CREATE SCHEMA sales", "+ schema sales", undo="DROP SCHEMA sales"),
    Case(
        "rename schema",
        "ALTER SCHEMA other RENAME TO another",
        "~ schema other → another",
        undo="ALTER SCHEMA another RENAME TO other",
    ),
    Case(
        "drop schema",
        "DROP SCHEMA other CASCADE",
        """\
- schema other
- table other.things
- default privileges in schema other for role assay on tables""",
    ),
    Case(
        "grant on schema",
        "GRANT USAGE ON SCHEMA other TO reporter",
        "~ schema other: grants + USAGE to reporter",
        undo="REVOKE USAGE ON SCHEMA other FROM reporter",
    ),
    Case(
        "grant on public",
        "GRANT USAGE ON SCHEMA public TO reporter",
        "~ schema public: grants + USAGE to reporter",
        undo="REVOKE USAGE ON SCHEMA public FROM reporter",
    ),
    Case(
        "comment on schema",
        "COMMENT ON SCHEMA other IS 'x'",
        "~ schema other: no comment → comment 'x'",
        undo="COMMENT ON SCHEMA other IS NULL",
    ),
    Case(
        "drop extension",
        "DROP EXTENSION plpgsql CASCADE",
        """\
- extension plpgsql
- event trigger watch
table companies
  - trigger tr_companies_stamp
- function audit()
- function stamp()""",
    ),
    Case(
        "create table",
        "CREATE TABLE regions (id int PRIMARY KEY, name text NOT NULL)",
        """\
+ table regions
  + column id integer not null
  + column name text not null
  + constraint regions_pkey PRIMARY KEY (id)""",
        undo="DROP TABLE regions",
    ),
    Case(
        "create unlogged table",
        "CREATE UNLOGGED TABLE cache (a int)",
        """\
+ table cache unlogged
  + column a integer""",
        undo="DROP TABLE cache",
    ),
    Case("drop table", "DROP TABLE scratchpad", "- table scratchpad"),
    Case(
        "drop table cascade",
        "DROP TABLE invoices CASCADE",
        """\
- table invoices
- view joined
- materialized view totals""",
    ),
    Case(
        "rename table",
        "ALTER TABLE companies RENAME TO firms",
        "~ table companies → firms",
        undo="ALTER TABLE firms RENAME TO companies",
    ),
    Case(
        "move table",
        "ALTER TABLE scratchpad SET SCHEMA other",
        "~ table scratchpad → other.scratchpad",
        undo="ALTER TABLE other.scratchpad SET SCHEMA public",
    ),
    Case(
        "set unlogged",
        "ALTER TABLE child SET UNLOGGED",
        "~ table child: logged → unlogged",
        undo="ALTER TABLE child SET LOGGED",
    ),
    Case(
        "set logged",
        "ALTER TABLE scratchpad SET LOGGED",
        "~ table scratchpad: unlogged → logged",
        undo="ALTER TABLE scratchpad SET UNLOGGED",
    ),
    Case(
        "set storage parameter",
        "ALTER TABLE companies SET (fillfactor = 80)",
        "~ table companies: options + fillfactor=80",
        undo="ALTER TABLE companies RESET (fillfactor)",
    ),
    Case(
        "reset storage parameter",
        "ALTER TABLE scratchpad RESET (fillfactor)",
        "~ table scratchpad: options - fillfactor=70",
        undo="ALTER TABLE scratchpad SET (fillfactor = 70)",
    ),
    Case(
        "set toast parameter",
        "ALTER TABLE companies SET (toast.autovacuum_enabled = false)",
        "~ table companies: toast options + autovacuum_enabled=false",
        undo="ALTER TABLE companies RESET (toast.autovacuum_enabled)",
    ),
    Case(
        "replica identity full",
        "ALTER TABLE companies REPLICA IDENTITY FULL",
        "~ table companies: no replica identity → replica identity full",
        undo="ALTER TABLE companies REPLICA IDENTITY DEFAULT",
    ),
    Case(
        "replica identity index",
        "ALTER TABLE companies REPLICA IDENTITY USING INDEX uq_companies_name",
        """\
table companies
  ~ constraint uq_companies_name: no replica identity → replica identity""",
        undo="ALTER TABLE companies REPLICA IDENTITY DEFAULT",
    ),
    Case(
        "enable row security",
        "ALTER TABLE companies ENABLE ROW LEVEL SECURITY",
        "~ table companies: no row security → row security",
        undo="ALTER TABLE companies DISABLE ROW LEVEL SECURITY",
    ),
    Case(
        "disable row security",
        "ALTER TABLE invoices DISABLE ROW LEVEL SECURITY",
        "~ table invoices: row security → no row security",
        undo="ALTER TABLE invoices ENABLE ROW LEVEL SECURITY",
    ),
    Case(
        "force row security",
        "ALTER TABLE invoices FORCE ROW LEVEL SECURITY",
        "~ table invoices: no force row security → force row security",
        undo="ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY",
    ),
    Case(
        "comment on table",
        "COMMENT ON TABLE companies IS 'Customers'",
        "~ table companies: comment 'Who we work for' → comment 'Customers'",
        undo="COMMENT ON TABLE companies IS 'Who we work for'",
    ),
    Case(
        "remove comment",
        "COMMENT ON TABLE companies IS NULL",
        "~ table companies: comment 'Who we work for' → no comment",
        undo="COMMENT ON TABLE companies IS 'Who we work for'",
    ),
    Case(
        "attach partition",
        "ALTER TABLE measures ATTACH PARTITION measures_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        """\
table measures_2025
  ~ no bound → FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
  ~ no partition → partition of public.measures
  + index measures_2025_day_idx btree (day) partition of public.ix_measures_day""",
    ),
    Case(
        "detach partition",
        "ALTER TABLE measures DETACH PARTITION measures_2024",
        """\
table measures_2024
  ~ FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') → no bound
  ~ partition of public.measures → no partition
  ~ index measures_2024_day_idx: partition of public.ix_measures_day → no partition""",
        undo="ALTER TABLE measures ATTACH PARTITION measures_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
    ),
    Case(
        "create partition",
        "CREATE TABLE measures_2026 PARTITION OF measures FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        """\
+ table measures_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') partition of public.measures
  + column day date not null
  + column value integer
  + index measures_2026_day_idx btree (day) partition of public.ix_measures_day""",
        undo="DROP TABLE measures_2026",
    ),
    Case(
        "no inherit",
        "ALTER TABLE child NO INHERIT parent",
        "~ table child: inherits - public.parent",
        undo="ALTER TABLE child INHERIT parent",
    ),
    Case(
        "cluster on",
        "ALTER TABLE companies CLUSTER ON uq_companies_name",
        """\
table companies
  ~ constraint uq_companies_name: not clustered → clustered""",
        undo="ALTER TABLE companies SET WITHOUT CLUSTER",
    ),
    Case(
        "two changes at once",
        "ALTER TABLE child NO INHERIT parent, ADD COLUMN IF NOT EXISTS x int",
        """\
table child
  ~ inherits - public.parent
  + column x integer""",
    ),
    Case(
        "add column",
        "ALTER TABLE companies ADD COLUMN website text",
        """\
table companies
  + column website text""",
        undo="ALTER TABLE companies DROP COLUMN website",
    ),
    Case(
        "add column with all",
        "ALTER TABLE companies ADD COLUMN seen timestamptz(3) DEFAULT now() NOT NULL",
        """\
table companies
  + column seen timestamptz(3) default now() not null""",
        undo="ALTER TABLE companies DROP COLUMN seen",
    ),
    Case(
        "add identity column",
        "ALTER TABLE child ADD COLUMN id int GENERATED ALWAYS AS IDENTITY",
        """\
table child
  + column id integer identity always not null""",
        undo="ALTER TABLE child DROP COLUMN id",
    ),
    Case(
        "add virtual column",
        "ALTER TABLE parent ADD COLUMN v int GENERATED ALWAYS AS (a + 1) VIRTUAL",
        """\
table child
  + column v integer generated (a + 1) virtual
table parent
  + column v integer generated (a + 1) virtual""",
        since=18,
    ),
    Case(
        "drop column",
        "ALTER TABLE companies DROP COLUMN last",
        """\
table companies
  - column last""",
        undo="ALTER TABLE companies ADD COLUMN last text",
    ),
    Case(
        "drop column in the middle",
        "ALTER TABLE companies DROP COLUMN home",
        """\
table companies
  - column home""",
        undo="ALTER TABLE companies ADD COLUMN home address",
    ),
    Case(
        "drop indexed column",
        "ALTER TABLE companies DROP COLUMN founded",
        """\
table companies
  - column founded
  - index ix_companies_founded""",
    ),
    Case(
        "rename column",
        "ALTER TABLE companies RENAME COLUMN title TO salutation",
        """\
table companies
  ~ column title → salutation""",
        undo="ALTER TABLE companies RENAME COLUMN salutation TO title",
    ),
    Case(
        "rename viewed column",
        "ALTER TABLE companies RENAME COLUMN name TO label",
        """\
table companies
  ~ column name → label""",
        undo="ALTER TABLE companies RENAME COLUMN label TO name",
    ),
    Case(
        "widen varchar",
        "DROP VIEW rich, joined; ALTER TABLE companies ALTER COLUMN name TYPE varchar(200)",
        """\
table companies
  ~ column name: varchar(50) → varchar(200)
- view joined
- view rich""",
    ),
    Case(
        "change type",
        "ALTER TABLE companies ALTER COLUMN founded TYPE timestamptz",
        """\
table companies
  ~ column founded: timestamp → timestamptz""",
        undo="ALTER TABLE companies ALTER COLUMN founded TYPE timestamp",
    ),
    Case(
        "change scale",
        "ALTER TABLE parent ALTER COLUMN a TYPE numeric(8,3)",
        """\
table child
  ~ column a: integer → numeric(8,3)
table parent
  ~ column a: integer → numeric(8,3)""",
        undo="ALTER TABLE parent ALTER COLUMN a TYPE int USING a::int",
    ),
    Case(
        "set not null",
        "ALTER TABLE companies ALTER COLUMN title SET NOT NULL",
        """\
table companies
  ~ column title: nullable → not null""",
        undo="ALTER TABLE companies ALTER COLUMN title DROP NOT NULL",
    ),
    Case(
        "drop not null",
        "ALTER TABLE companies ALTER COLUMN name DROP NOT NULL",
        """\
table companies
  ~ column name: not null → nullable""",
        undo="ALTER TABLE companies ALTER COLUMN name SET NOT NULL",
    ),
    Case(
        "not null not valid",
        "ALTER TABLE companies ADD CONSTRAINT nn NOT NULL title NOT VALID",
        """\
table companies
  ~ column title: nullable → not null
  ~ column title: valid → not valid""",
        undo="ALTER TABLE companies DROP CONSTRAINT nn",
        since=18,
    ),
    Case(
        "not null no inherit",
        "ALTER TABLE parent ADD CONSTRAINT nn NOT NULL a NO INHERIT",
        """\
table parent
  ~ column a: nullable → not null
  ~ column a: inherited → not inherited""",
        undo="ALTER TABLE parent DROP CONSTRAINT nn",
        since=18,
    ),
    Case(
        "set default",
        "ALTER TABLE companies ALTER COLUMN last SET DEFAULT 'x'",
        """\
table companies
  ~ column last: no default → default 'x'::text""",
        undo="ALTER TABLE companies ALTER COLUMN last DROP DEFAULT",
    ),
    Case(
        "change default",
        "ALTER TABLE invoices ALTER COLUMN amount SET DEFAULT 5",
        """\
table invoices
  ~ column amount: default 0 → default 5""",
        undo="ALTER TABLE invoices ALTER COLUMN amount SET DEFAULT 0",
    ),
    Case(
        "drop default",
        "ALTER TABLE companies ALTER COLUMN title DROP DEFAULT",
        """\
table companies
  ~ column title: default 'Dr ''No'''::text → no default""",
        undo="ALTER TABLE companies ALTER COLUMN title SET DEFAULT 'Dr ''No'''",
    ),
    Case(
        "set collation",
        'ALTER TABLE companies ALTER COLUMN last TYPE text COLLATE "C"',
        '''\
table companies
  ~ column last: default collation → collation "C"''',
        undo="ALTER TABLE companies ALTER COLUMN last TYPE text",
    ),
    Case(
        "set storage",
        "ALTER TABLE companies ALTER COLUMN last SET STORAGE EXTERNAL",
        """\
table companies
  ~ column last: default storage → storage external""",
        undo="ALTER TABLE companies ALTER COLUMN last SET STORAGE EXTENDED",
    ),
    Case(
        "set compression",
        "ALTER TABLE companies ALTER COLUMN last SET COMPRESSION pglz",
        """\
table companies
  ~ column last: default compression → compression pglz""",
        undo="ALTER TABLE companies ALTER COLUMN last SET COMPRESSION default",
    ),
    Case(
        "set statistics",
        "ALTER TABLE companies ALTER COLUMN last SET STATISTICS 500",
        """\
table companies
  ~ column last: default statistics → statistics 500""",
        undo="ALTER TABLE companies ALTER COLUMN last SET STATISTICS -1",
    ),
    Case(
        "set column option",
        "ALTER TABLE companies ALTER COLUMN last SET (n_distinct = 5)",
        """\
table companies
  ~ column last: options + n_distinct=5""",
        undo="ALTER TABLE companies ALTER COLUMN last RESET (n_distinct)",
    ),
    Case(
        "add identity",
        "ALTER TABLE other.things ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
        """\
table other.things
  ~ column id: no identity → identity always""",
        undo="ALTER TABLE other.things ALTER COLUMN id DROP IDENTITY",
    ),
    Case(
        "change identity",
        "ALTER TABLE companies ALTER COLUMN id SET GENERATED ALWAYS",
        """\
table companies
  ~ column id: identity by default → identity always""",
        undo="ALTER TABLE companies ALTER COLUMN id SET GENERATED BY DEFAULT",
    ),
    Case(
        "identity options",
        "ALTER TABLE invoices ALTER COLUMN id SET INCREMENT BY 20",
        """\
table invoices
  ~ column id: identity options START WITH 1000 INCREMENT BY 10 → identity options START WITH 1000 INCREMENT BY 20""",
        undo="ALTER TABLE invoices ALTER COLUMN id SET INCREMENT BY 10",
    ),
    Case(
        "drop identity",
        "ALTER TABLE companies ALTER COLUMN id DROP IDENTITY",
        """\
table companies
  ~ column id: identity by default → no identity""",
        undo="ALTER TABLE companies ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY",
    ),
    Case(
        "drop expression",
        "ALTER TABLE companies ALTER COLUMN doubled DROP EXPRESSION",
        """\
table companies
  ~ column doubled: generated (2 * id) → not generated""",
    ),
    Case(
        "change expression",
        "ALTER TABLE companies ALTER COLUMN doubled SET EXPRESSION AS (3 * id)",
        """\
table companies
  ~ column doubled: generated (2 * id) → generated (3 * id)""",
        since=17,
    ),
    Case(
        "comment on column",
        "COMMENT ON COLUMN companies.title IS 'Form of address'",
        """\
table companies
  ~ column title: no comment → comment 'Form of address'""",
        undo="COMMENT ON COLUMN companies.title IS NULL",
    ),
    Case(
        "grant on column",
        "GRANT UPDATE (note) ON invoices TO writer",
        """\
table invoices
  ~ column note: grants + UPDATE to writer""",
        undo="REVOKE UPDATE (note) ON invoices FROM writer",
    ),
    Case(
        "revoke on column",
        "REVOKE SELECT (note) ON invoices FROM reporter",
        """\
table invoices
  ~ column note: grants - SELECT to reporter""",
        undo="GRANT SELECT (note) ON invoices TO reporter",
    ),
    Case(
        "column option of foreign table",
        "ALTER FOREIGN TABLE distant ALTER COLUMN a OPTIONS (SET name 'c')",
        """\
foreign table distant
  ~ column a: foreign options - name=b, + name=c""",
        undo="ALTER FOREIGN TABLE distant ALTER COLUMN a OPTIONS (SET name 'b')",
    ),
    Case(
        "add check",
        "ALTER TABLE companies ADD CONSTRAINT ck_last CHECK (last <> '')",
        """\
table companies
  + constraint ck_last CHECK ((last <> ''::text))""",
        undo="ALTER TABLE companies DROP CONSTRAINT ck_last",
    ),
    Case(
        "add check not valid",
        "ALTER TABLE companies ADD CONSTRAINT ck_last CHECK (last <> '') NOT VALID",
        """\
table companies
  + constraint ck_last CHECK ((last <> ''::text)) not valid""",
        undo="ALTER TABLE companies DROP CONSTRAINT ck_last",
    ),
    Case(
        "validate",
        "ALTER TABLE invoices VALIDATE CONSTRAINT ck_invoices_amount",
        """\
table invoices
  ~ constraint ck_invoices_amount: not valid → valid""",
    ),
    Case(
        "drop constraint",
        "ALTER TABLE companies DROP CONSTRAINT ck_companies_title",
        """\
table companies
  - constraint ck_companies_title""",
    ),
    Case(
        "rename constraint",
        "ALTER TABLE companies RENAME CONSTRAINT ck_companies_title TO ck_title",
        """\
table companies
  ~ constraint ck_companies_title → ck_title""",
        undo="ALTER TABLE companies RENAME CONSTRAINT ck_title TO ck_companies_title",
    ),
    Case(
        "add foreign key",
        "ALTER TABLE invoices ADD CONSTRAINT fk_thing FOREIGN KEY (id) REFERENCES other.things (id) NOT VALID",
        """\
table invoices
  + constraint fk_thing FOREIGN KEY (id) REFERENCES other.things(id) not valid""",
        undo="ALTER TABLE invoices DROP CONSTRAINT fk_thing",
    ),
    Case(
        "alter constraint",
        "ALTER TABLE invoices ALTER CONSTRAINT fk_invoices_company DEFERRABLE INITIALLY DEFERRED",
        """\
table invoices
  ~ constraint fk_invoices_company: initially immediate → initially deferred""",
        undo="ALTER TABLE invoices ALTER CONSTRAINT fk_invoices_company DEFERRABLE INITIALLY IMMEDIATE",
    ),
    Case(
        "not deferrable",
        "ALTER TABLE invoices ALTER CONSTRAINT fk_invoices_company NOT DEFERRABLE",
        """\
table invoices
  ~ constraint fk_invoices_company: deferrable → not deferrable""",
        undo="ALTER TABLE invoices ALTER CONSTRAINT fk_invoices_company DEFERRABLE",
    ),
    Case(
        "not enforced",
        "ALTER TABLE invoices ALTER CONSTRAINT fk_invoices_company NOT ENFORCED",
        """\
table invoices
  ~ constraint fk_invoices_company: enforced → not enforced""",
        undo="ALTER TABLE invoices ALTER CONSTRAINT fk_invoices_company ENFORCED",
        since=18,
    ),
    Case(
        "disable constraint triggers",
        "ALTER TABLE invoices DISABLE TRIGGER ALL",
        """\
table invoices
  ~ constraint fk_invoices_company: triggers enabled → triggers disabled""",
        undo="ALTER TABLE invoices ENABLE TRIGGER ALL",
    ),
    Case(
        "add unique",
        "ALTER TABLE companies ADD CONSTRAINT uq_code UNIQUE (code)",
        """\
table companies
  + constraint uq_code UNIQUE (code)""",
        undo="ALTER TABLE companies DROP CONSTRAINT uq_code",
    ),
    Case(
        "add nulls not distinct",
        "ALTER TABLE companies ADD CONSTRAINT uq_code UNIQUE NULLS NOT DISTINCT (code)",
        """\
table companies
  + constraint uq_code UNIQUE NULLS NOT DISTINCT (code)""",
        undo="ALTER TABLE companies DROP CONSTRAINT uq_code",
        since=15,
    ),
    Case(
        "add exclusion",
        "ALTER TABLE companies ADD CONSTRAINT ex_code EXCLUDE USING btree (code WITH =)",
        """\
table companies
  + constraint ex_code EXCLUDE USING btree (code WITH =)""",
        undo="ALTER TABLE companies DROP CONSTRAINT ex_code",
    ),
    Case(
        "unique using index",
        "ALTER TABLE invoices ADD CONSTRAINT uq_note UNIQUE USING INDEX ux_invoices_note",
        """\
table invoices
  + constraint uq_note UNIQUE (note)
  - index ux_invoices_note""",
    ),
    Case(
        "drop primary key",
        "ALTER TABLE other.things DROP CONSTRAINT things_pkey",
        """\
table other.things
  - constraint things_pkey""",
        undo="ALTER TABLE other.things ADD PRIMARY KEY (id)",
    ),
    Case(
        "rename primary key",
        "ALTER INDEX pk_companies RENAME TO pk_firms",
        """\
table companies
  ~ constraint pk_companies → pk_firms""",
        undo="ALTER INDEX pk_firms RENAME TO pk_companies",
    ),
    Case(
        "comment on constraint",
        "COMMENT ON CONSTRAINT pk_companies ON companies IS 'key'",
        """\
table companies
  ~ constraint pk_companies: no comment → comment 'key'""",
        undo="COMMENT ON CONSTRAINT pk_companies ON companies IS NULL",
    ),
    Case(
        "index option of constraint",
        "ALTER INDEX uq_companies_name SET (fillfactor = 50)",
        """\
table companies
  ~ constraint uq_companies_name: options + fillfactor=50""",
        undo="ALTER INDEX uq_companies_name RESET (fillfactor)",
    ),
    Case(
        "create index",
        "CREATE INDEX ix_new ON companies (title)",
        """\
table companies
  + index ix_new btree (title)""",
        undo="DROP INDEX ix_new",
    ),
    Case(
        "create unique index",
        "CREATE UNIQUE INDEX ix_new ON companies (title text_pattern_ops) WITH (fillfactor = 60)",
        """\
table companies
  + index ix_new unique btree (title text_pattern_ops) WITH (fillfactor='60')""",
        undo="DROP INDEX ix_new",
    ),
    Case(
        "create gin index",
        "CREATE INDEX ix_new ON companies USING gin (to_tsvector('simple', title))",
        """\
table companies
  + index ix_new gin (to_tsvector('simple'::regconfig, title))""",
        undo="DROP INDEX ix_new",
    ),
    Case(
        "drop index",
        "DROP INDEX ix_companies_name",
        """\
table companies
  - index ix_companies_name""",
        undo="CREATE INDEX ix_companies_name ON companies (lower(name), id) INCLUDE (title)",
    ),
    Case(
        "rename index",
        "ALTER INDEX ix_companies_name RENAME TO ix_firms",
        """\
table companies
  ~ index ix_companies_name → ix_firms""",
        undo="ALTER INDEX ix_firms RENAME TO ix_companies_name",
    ),
    Case(
        "index option",
        "ALTER INDEX ix_companies_name SET (fillfactor = 50)",
        """\
table companies
  ~ index ix_companies_name: btree (lower((name)::text), id) INCLUDE (title) → btree (lower((name)::text), id) INCLUDE (title) WITH (fillfactor='50')""",
        undo="ALTER INDEX ix_companies_name RESET (fillfactor)",
    ),
    Case(
        "index statistics",
        "ALTER INDEX ix_companies_name ALTER COLUMN 1 SET STATISTICS 50",
        """\
table companies
  ~ index ix_companies_name: statistics + 1: 50""",
        undo="ALTER INDEX ix_companies_name ALTER COLUMN 1 SET STATISTICS -1",
    ),
    Case(
        "create index on partitioned only",
        "CREATE INDEX ix_value ON ONLY measures (value)",
        """\
table measures
  + index ix_value btree (value) invalid""",
        undo="DROP INDEX ix_value",
    ),
    Case(
        "create index on partitioned",
        "CREATE INDEX ix_value ON measures (value)",
        """\
table measures
  + index ix_value btree (value)
table measures_2024
  + index measures_2024_value_idx btree (value) partition of public.ix_value
table measures_rest
  + index measures_rest_value_idx btree (value) partition of public.ix_value""",
        undo="DROP INDEX ix_value",
    ),
    Case(
        "comment on index",
        "COMMENT ON INDEX ix_companies_name IS 'x'",
        """\
table companies
  ~ index ix_companies_name: no comment → comment 'x'""",
        undo="COMMENT ON INDEX ix_companies_name IS NULL",
    ),
    Case(
        "create sequence",
        "CREATE SEQUENCE numbers AS int MINVALUE 5 MAXVALUE 10 CYCLE",
        "+ sequence numbers integer options MINVALUE 5 MAXVALUE 10 CYCLE",
        undo="DROP SEQUENCE numbers",
    ),
    Case(
        "sequence increment",
        "ALTER SEQUENCE tickets INCREMENT BY -1 MINVALUE 1 MAXVALUE 9223372036854775807",
        "~ sequence tickets: options START WITH 100 INCREMENT BY 5 CACHE 3 → options START WITH 100 INCREMENT BY -1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 3",
    ),
    Case(
        "sequence type",
        "ALTER SEQUENCE tickets AS int",
        "~ sequence tickets: bigint → integer",
        undo="ALTER SEQUENCE tickets AS bigint",
    ),
    Case(
        "sequence owner",
        "ALTER SEQUENCE tickets OWNED BY companies.id",
        "~ sequence tickets: owned by none → owned by public.companies.id",
        undo="ALTER SEQUENCE tickets OWNED BY NONE",
    ),
    Case(
        "rename sequence",
        "ALTER SEQUENCE tickets RENAME TO coupons",
        "~ sequence tickets → coupons",
        undo="ALTER SEQUENCE coupons RENAME TO tickets",
    ),
    Case("drop sequence", "DROP SEQUENCE tickets", "- sequence tickets"),
    Case(
        "grant on sequence",
        "GRANT USAGE ON SEQUENCE tickets TO writer",
        "~ sequence tickets: grants + USAGE to writer",
        undo="REVOKE USAGE ON SEQUENCE tickets FROM writer",
    ),
    Case(
        "create view",
        "CREATE VIEW poor AS SELECT id FROM companies",
        """\
+ view poor
  + column id bigint""",
        undo="DROP VIEW poor",
    ),
    Case(
        "replace view",
        "CREATE OR REPLACE VIEW rich AS SELECT id, name, revenue FROM companies WHERE revenue > 2000",
        """\
~ view rich: definition
    -   WHERE ((revenue)::numeric > (1000)::numeric)
    +   WHERE ((revenue)::numeric > (2000)::numeric)""",
        undo="CREATE OR REPLACE VIEW rich AS SELECT id, name, revenue FROM companies WHERE revenue > 1000",
    ),
    Case(
        "extend view",
        "CREATE OR REPLACE VIEW rich AS SELECT id, name, revenue, title FROM companies WHERE revenue > 1000",
        """\
view rich
  ~ definition
    -     revenue
    +     revenue,
    +     title
  + column title text""",
    ),
    Case(
        "rename view column",
        "ALTER VIEW rich RENAME COLUMN revenue TO sales",
        """\
view rich
  ~ definition
    -     revenue
    +     revenue AS sales
  ~ column revenue → sales""",
        undo="ALTER VIEW rich RENAME COLUMN sales TO revenue",
    ),
    Case(
        "view option",
        "ALTER VIEW rich SET (security_barrier = true)",
        "~ view rich: options + security_barrier=true",
        undo="ALTER VIEW rich RESET (security_barrier)",
    ),
    Case(
        "view check option",
        "ALTER VIEW rich SET (check_option = local)",
        "~ view rich: options + check_option=local",
        undo="ALTER VIEW rich RESET (check_option)",
    ),
    Case(
        "view default",
        "ALTER VIEW rich ALTER COLUMN name SET DEFAULT 'x'",
        """\
view rich
  ~ column name: no default → default 'x'::character varying""",
        undo="ALTER VIEW rich ALTER COLUMN name DROP DEFAULT",
    ),
    Case(
        "rename view",
        "ALTER VIEW rich RENAME TO wealthy",
        "~ view rich → wealthy",
        undo="ALTER VIEW wealthy RENAME TO rich",
    ),
    Case("drop view", "DROP VIEW rich", "- view rich"),
    Case(
        "create materialized view",
        "CREATE MATERIALIZED VIEW counts AS SELECT count(*) AS n FROM companies",
        """\
+ materialized view counts
  + column n bigint""",
        undo="DROP MATERIALIZED VIEW counts",
    ),
    Case("drop materialized view", "DROP MATERIALIZED VIEW totals", "- materialized view totals"),
    Case(
        "materialized view option",
        "ALTER MATERIALIZED VIEW totals SET (fillfactor = 90)",
        "~ materialized view totals: options + fillfactor=90",
        undo="ALTER MATERIALIZED VIEW totals RESET (fillfactor)",
    ),
    Case(
        "create function",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "+ function one()",
        undo="DROP FUNCTION one()",
    ),
    Case(
        "overload function",
        "CREATE FUNCTION tax(amount int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "+ function tax(integer)",
        undo="DROP FUNCTION tax(int)",
    ),
    Case(
        "replace function",
        """\
CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.title := lower(NEW.title);
    RETURN NEW;
END
$$""",
        """\
~ function stamp(): definition
    -     NEW.title := upper(NEW.title);
    +     NEW.title := lower(NEW.title);""",
    ),
    Case(
        "function volatility",
        "ALTER FUNCTION tax(numeric, numeric) STABLE",
        """\
~ function tax(numeric, numeric): definition
    -  IMMUTABLE
    +  STABLE""",
        undo="ALTER FUNCTION tax(numeric, numeric) IMMUTABLE",
    ),
    Case(
        "function setting",
        "ALTER FUNCTION tax(numeric, numeric) SET search_path = public",
        """\
~ function tax(numeric, numeric): definition
    +  SET search_path TO 'public'""",
        undo="ALTER FUNCTION tax(numeric, numeric) RESET search_path",
    ),
    Case(
        "function security",
        "ALTER FUNCTION stamp() SECURITY DEFINER",
        """\
~ function stamp(): definition
    +  SECURITY DEFINER""",
        undo="ALTER FUNCTION stamp() SECURITY INVOKER",
    ),
    Case(
        "rename function",
        "ALTER FUNCTION tax(numeric, numeric) RENAME TO duty",
        "~ function tax(numeric, numeric) → duty(numeric, numeric)",
        undo="ALTER FUNCTION duty(numeric, numeric) RENAME TO tax",
    ),
    Case("drop function", "DROP FUNCTION tax(numeric, numeric)", "- function tax(numeric, numeric)"),
    Case(
        "function default",
        "CREATE OR REPLACE FUNCTION tax(amount numeric, rate numeric DEFAULT 0.3) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT amount * rate $$",
        """\
~ function tax(numeric, numeric): definition
    - CREATE OR REPLACE FUNCTION public.tax(amount numeric, rate numeric DEFAULT 0.2)
    + CREATE OR REPLACE FUNCTION public.tax(amount numeric, rate numeric DEFAULT 0.3)""",
    ),
    Case(
        "grant on function",
        "GRANT EXECUTE ON FUNCTION tax(numeric, numeric) TO reporter",
        "~ function tax(numeric, numeric): grants + EXECUTE to reporter",
        undo="REVOKE EXECUTE ON FUNCTION tax(numeric, numeric) FROM reporter",
    ),
    Case(
        "revoke on function",
        "REVOKE EXECUTE ON FUNCTION stamp() FROM PUBLIC",
        "~ function stamp(): revoked + EXECUTE from public",
        undo="GRANT EXECUTE ON FUNCTION stamp() TO PUBLIC",
    ),
    Case(
        "replace procedure",
        "CREATE OR REPLACE PROCEDURE purge(days int) LANGUAGE sql AS $$ DELETE FROM companies $$",
        """\
~ procedure purge(integer): definition
    - AS $procedure$ DELETE FROM invoices $procedure$
    + AS $procedure$ DELETE FROM companies $procedure$""",
    ),
    Case("drop procedure", "DROP PROCEDURE purge(int)", "- procedure purge(integer)"),
    Case(
        "replace aggregate",
        "CREATE OR REPLACE AGGREGATE product (numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '2')",
        "~ aggregate product(numeric): ARGUMENTS (numeric), SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1' → ARGUMENTS (numeric), SFUNC = numeric_mul, STYPE = numeric, INITCOND = '2'",
    ),
    Case("drop aggregate", "DROP AGGREGATE product(numeric)", "- aggregate product(numeric)"),
    Case(
        "create trigger",
        "CREATE TRIGGER tr_new AFTER INSERT ON invoices EXECUTE FUNCTION stamp()",
        """\
table invoices
  + trigger tr_new AFTER INSERT ON public.invoices FOR EACH STATEMENT EXECUTE FUNCTION public.stamp()""",
        undo="DROP TRIGGER tr_new ON invoices",
    ),
    Case(
        "create constraint trigger",
        "CREATE CONSTRAINT TRIGGER tr_new AFTER INSERT ON invoices DEFERRABLE FOR EACH ROW EXECUTE FUNCTION stamp()",
        """\
table invoices
  + trigger tr_new AFTER INSERT ON public.invoices DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION public.stamp() constraint""",
        undo="DROP TRIGGER tr_new ON invoices",
    ),
    Case(
        "disable trigger",
        "ALTER TABLE companies DISABLE TRIGGER tr_companies_stamp",
        """\
table companies
  ~ trigger tr_companies_stamp: enabled → disabled""",
        undo="ALTER TABLE companies ENABLE TRIGGER tr_companies_stamp",
    ),
    Case(
        "trigger always",
        "ALTER TABLE companies ENABLE ALWAYS TRIGGER tr_companies_stamp",
        """\
table companies
  ~ trigger tr_companies_stamp: enabled → always""",
        undo="ALTER TABLE companies ENABLE TRIGGER tr_companies_stamp",
    ),
    Case(
        "rename trigger",
        "ALTER TRIGGER tr_companies_stamp ON companies RENAME TO tr_stamp",
        """\
table companies
  ~ trigger tr_companies_stamp → tr_stamp""",
        undo="ALTER TRIGGER tr_stamp ON companies RENAME TO tr_companies_stamp",
    ),
    Case(
        "drop trigger",
        "DROP TRIGGER tr_companies_stamp ON companies",
        """\
table companies
  - trigger tr_companies_stamp""",
    ),
    Case(
        "trigger on partitioned",
        "CREATE TRIGGER tr_m BEFORE INSERT ON measures FOR EACH ROW EXECUTE FUNCTION stamp()",
        """\
table measures
  + trigger tr_m BEFORE INSERT ON public.measures FOR EACH ROW EXECUTE FUNCTION public.stamp()""",
        undo="DROP TRIGGER tr_m ON measures",
    ),
    Case(
        "create rule",
        "CREATE RULE ru_new AS ON UPDATE TO scratchpad DO INSTEAD NOTHING",
        """\
table scratchpad
  + rule ru_new ON UPDATE TO public.scratchpad DO INSTEAD NOTHING""",
        undo="DROP RULE ru_new ON scratchpad",
    ),
    Case(
        "disable rule",
        "ALTER TABLE scratchpad DISABLE RULE ru_companies",
        """\
table scratchpad
  ~ rule ru_companies: enabled → disabled""",
        undo="ALTER TABLE scratchpad ENABLE RULE ru_companies",
    ),
    Case(
        "drop rule",
        "DROP RULE ru_companies ON scratchpad",
        """\
table scratchpad
  - rule ru_companies""",
    ),
    Case(
        "create policy",
        "CREATE POLICY po_new ON invoices AS RESTRICTIVE FOR UPDATE TO reporter USING (paid) WITH CHECK (amount > 5)",
        """\
table invoices
  + policy po_new update restrictive roles reporter using paid check (amount > (5)::numeric)""",
        undo="DROP POLICY po_new ON invoices",
    ),
    Case(
        "alter policy",
        "ALTER POLICY po_invoices ON invoices USING (amount > 10)",
        """\
table invoices
  ~ policy po_invoices: using (amount > (0)::numeric) → using (amount > (10)::numeric)""",
        undo="ALTER POLICY po_invoices ON invoices USING (amount > 0)",
    ),
    Case(
        "policy roles",
        "ALTER POLICY po_invoices ON invoices TO reporter",
        """\
table invoices
  ~ policy po_invoices: roles + reporter""",
        undo="ALTER POLICY po_invoices ON invoices TO PUBLIC",
    ),
    Case(
        "rename policy",
        "ALTER POLICY po_invoices ON invoices RENAME TO po",
        """\
table invoices
  ~ policy po_invoices → po""",
        undo="ALTER POLICY po ON invoices RENAME TO po_invoices",
    ),
    Case(
        "drop policy",
        "DROP POLICY po_invoices ON invoices",
        """\
table invoices
  - policy po_invoices""",
    ),
    Case(
        "create event trigger",
        "CREATE EVENT TRIGGER watch_drops ON sql_drop EXECUTE FUNCTION audit()",
        "+ event trigger watch_drops event sql_drop function public.audit",
        undo="DROP EVENT TRIGGER watch_drops",
    ),
    Case(
        "disable event trigger",
        "ALTER EVENT TRIGGER watch DISABLE",
        "~ event trigger watch: enabled → disabled",
        undo="ALTER EVENT TRIGGER watch ENABLE",
    ),
    Case("drop event trigger", "DROP EVENT TRIGGER watch", "- event trigger watch"),
    Case(
        "create enum",
        "CREATE TYPE size AS ENUM ('s', 'm')",
        "+ type size enum ('s', 'm')",
        undo="DROP TYPE size",
    ),
    Case(
        "add enum value", "ALTER TYPE mood ADD VALUE 'great'", "~ type mood: value 'great' added after 'glad'"
    ),
    Case(
        "insert enum value",
        "ALTER TYPE mood ADD VALUE 'poor' BEFORE 'fine'",
        "~ type mood: value 'poor' added after 'sad'",
    ),
    Case(
        "rename enum value",
        "ALTER TYPE mood RENAME VALUE 'fine' TO 'ok'",
        "~ type mood: value 'fine' → 'ok'",
        undo="ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
    ),
    Case(
        "rename type",
        "ALTER TYPE mood RENAME TO feeling",
        """\
~ type mood → feeling
~ function mood_of(integer): definition
    -  RETURNS public.mood
    +  RETURNS public.feeling""",
        undo="ALTER TYPE feeling RENAME TO mood",
    ),
    Case("drop type", "DROP TYPE span", "- type span"),
    Case(
        "add attribute",
        "ALTER TYPE address ADD ATTRIBUTE city text",
        "~ type address: attributes + city text",
        undo="ALTER TYPE address DROP ATTRIBUTE city",
    ),
    Case(
        "rename attribute",
        "ALTER TYPE address RENAME ATTRIBUTE zip TO code",
        "~ type address: attributes - zip character varying(5), + code character varying(5)",
        undo="ALTER TYPE address RENAME ATTRIBUTE code TO zip",
    ),
    Case(
        "create range",
        "CREATE TYPE window_of AS RANGE (subtype = date)",
        "+ type window_of range multirange public.window_of_multirange subtype date",
        undo="DROP TYPE window_of",
    ),
    Case(
        "create domain",
        "CREATE DOMAIN email AS text CHECK (VALUE LIKE '_%@_%')",
        """\
+ domain email text
  + constraint email_check CHECK ((VALUE ~~ '_%@_%'::text))""",
        undo="DROP DOMAIN email",
    ),
    Case(
        "domain default",
        "ALTER DOMAIN positive SET DEFAULT 2",
        "~ domain positive: default 1 → default 2",
        undo="ALTER DOMAIN positive SET DEFAULT 1",
    ),
    Case(
        "domain not null",
        "ALTER DOMAIN positive SET NOT NULL",
        "~ domain positive: nullable → not null",
        undo="ALTER DOMAIN positive DROP NOT NULL",
    ),
    Case(
        "domain constraint",
        "ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 1000) NOT VALID",
        """\
domain positive
  + constraint small CHECK ((VALUE < (1000)::numeric)) not valid""",
        undo="ALTER DOMAIN positive DROP CONSTRAINT small",
    ),
    Case(
        "drop domain constraint",
        "ALTER DOMAIN positive DROP CONSTRAINT positive_check",
        """\
domain positive
  - constraint positive_check""",
    ),
    Case(
        "comment on type",
        "COMMENT ON TYPE mood IS 'x'",
        "~ type mood: no comment → comment 'x'",
        undo="COMMENT ON TYPE mood IS NULL",
    ),
    Case(
        "grant on type",
        "REVOKE USAGE ON TYPE mood FROM PUBLIC",
        "~ type mood: revoked + USAGE from public",
        undo="GRANT USAGE ON TYPE mood TO PUBLIC",
    ),
    Case(
        "create statistics",
        "CREATE STATISTICS st_new (mcv) ON mood, last FROM companies",
        """\
table companies
  + statistics st_new columns last, mood kinds mcv""",
        undo="DROP STATISTICS st_new",
    ),
    Case(
        "statistics on expression",
        "CREATE STATISTICS st_new ON lower(name), last FROM companies",
        """\
table companies
  + statistics st_new columns last expressions lower((name)::text) kinds ndistinct, expressions, dependencies, mcv""",
        undo="DROP STATISTICS st_new",
    ),
    Case(
        "statistics target",
        "ALTER STATISTICS st_companies SET STATISTICS 50",
        """\
table companies
  ~ statistics st_companies: default target → target 50""",
        undo="ALTER STATISTICS st_companies SET STATISTICS -1",
    ),
    Case(
        "drop statistics",
        "DROP STATISTICS st_companies",
        """\
table companies
  - statistics st_companies""",
    ),
    Case(
        "create collation",
        "CREATE COLLATION posix (locale = 'POSIX')",
        "+ collation posix provider = libc, locale = POSIX",
        undo="DROP COLLATION posix",
    ),
    Case(
        "create operator",
        "CREATE OPERATOR !== (FUNCTION = same, LEFTARG = text, RIGHTARG = text)",
        "+ operator !==(text, text) FUNCTION = public.same",
        undo="DROP OPERATOR !== (text, text)",
    ),
    Case(
        "alter operator",
        "ALTER OPERATOR === (text, text) SET (RESTRICT = eqsel)",
        "~ operator ===(text, text): FUNCTION = public.same, COMMUTATOR = public.===(text,text) → FUNCTION = public.same, COMMUTATOR = public.===(text,text), RESTRICT = eqsel",
        undo="ALTER OPERATOR === (text, text) SET (RESTRICT = NONE)",
    ),
    Case(
        "drop cast",
        "DROP CAST (int AS mood)",
        "- cast (integer AS public.mood)",
        undo="CREATE CAST (int AS mood) WITH FUNCTION mood_of(int) AS ASSIGNMENT",
    ),
    Case(
        "text search dictionary",
        "ALTER TEXT SEARCH DICTIONARY words (accept = false)",
        "~ text search dictionary words: TEMPLATE = pg_catalog.simple → TEMPLATE = pg_catalog.simple, accept = 'false'",
        undo="ALTER TEXT SEARCH DICTIONARY words (accept)",
    ),
    Case(
        "text search mapping",
        "ALTER TEXT SEARCH CONFIGURATION search ALTER MAPPING FOR asciiword WITH words, simple",
        "~ text search configuration search: mappings - asciiword: simple, + asciiword: public.words, simple",
        undo="ALTER TEXT SEARCH CONFIGURATION search ALTER MAPPING FOR asciiword WITH simple",
    ),
    Case(
        "server option",
        "ALTER SERVER far OPTIONS (SET host 'near.example')",
        "~ server far: foreign options - host=far.example, + host=near.example",
        undo="ALTER SERVER far OPTIONS (SET host 'far.example')",
    ),
    Case(
        "foreign table option",
        "ALTER FOREIGN TABLE distant OPTIONS (SET path '/y')",
        "~ foreign table distant: foreign options - path=/x, + path=/y",
        undo="ALTER FOREIGN TABLE distant OPTIONS (SET path '/x')",
    ),
    Case(
        "grant on server",
        "GRANT USAGE ON FOREIGN SERVER far TO reporter",
        "~ server far: grants + USAGE to reporter",
        undo="REVOKE USAGE ON FOREIGN SERVER far FROM reporter",
    ),
    Case(
        "create wrapper",
        "CREATE FOREIGN DATA WRAPPER elsewhere",
        "+ foreign data wrapper elsewhere",
        undo="DROP FOREIGN DATA WRAPPER elsewhere",
    ),
    Case(
        "create publication",
        "CREATE PUBLICATION everything FOR ALL TABLES",
        "+ publication everything all tables",
        undo="DROP PUBLICATION everything",
    ),
    Case(
        "publication table",
        "ALTER PUBLICATION news ADD TABLE invoices",
        "~ publication news: tables + public.invoices",
        undo="ALTER PUBLICATION news DROP TABLE invoices",
    ),
    Case(
        "publication filter",
        "ALTER PUBLICATION news SET TABLE companies (id, name) WHERE (id > 5)",
        "~ publication news: tables - public.companies, + public.companies (id, name) WHERE (id > 5)",
        undo="ALTER PUBLICATION news SET TABLE companies",
        since=15,
    ),
    Case(
        "publication operations",
        "ALTER PUBLICATION news SET (publish = 'insert')",
        "~ publication news: all operations → operations insert",
        undo="ALTER PUBLICATION news SET (publish = 'insert, update, delete, truncate')",
    ),
    Case(
        "grant on table",
        "GRANT UPDATE ON companies TO reporter",
        "~ table companies: grants + UPDATE to reporter",
        undo="REVOKE UPDATE ON companies FROM reporter",
    ),
    Case(
        "grant to public",
        "GRANT SELECT ON companies TO PUBLIC",
        "~ table companies: grants + SELECT to public",
        undo="REVOKE SELECT ON companies FROM PUBLIC",
    ),
    Case(
        "grant all",
        "GRANT ALL ON companies TO writer",
        "~ table companies: grants + ALL to writer",
        undo="REVOKE ALL ON companies FROM writer",
    ),
    Case(
        "grant option",
        "GRANT SELECT ON companies TO reporter WITH GRANT OPTION",
        "~ table companies: grants - SELECT to reporter, + SELECT to reporter with grant option",
        undo="REVOKE GRANT OPTION FOR SELECT ON companies FROM reporter",
    ),
    Case(
        "revoke on table",
        "REVOKE INSERT ON companies FROM reporter",
        "~ table companies: grants - INSERT to reporter",
        undo="GRANT INSERT ON companies TO reporter",
    ),
    Case(
        "revoke from owner",
        "REVOKE DELETE ON companies FROM CURRENT_USER",
        "~ table companies: revoked + DELETE from owner",
        undo="GRANT DELETE ON companies TO CURRENT_USER",
    ),
    Case(
        "default privileges",
        "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO reporter",
        "+ default privileges for role assay on functions grants EXECUTE to reporter",
        undo="ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM reporter",
    ),
    Case(
        "revoke default privileges",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA other REVOKE SELECT ON TABLES FROM reporter",
        "- default privileges in schema other for role assay on tables",
        undo="ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO reporter",
    ),
]
