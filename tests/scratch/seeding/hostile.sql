CREATE SCHEMA "Odd Names";
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE span AS RANGE (subtype = numeric);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN small_positive AS positive CHECK (VALUE < 6) NOT NULL;
CREATE DOMAIN email AS text CHECK (VALUE ~ '^[a-z0-9]+@[a-z]+\.(com|org)$');
CREATE DOMAIN tags AS text[] CHECK (cardinality(VALUE) BETWEEN 1 AND 3);
CREATE DOMAIN sku AS varchar(8) CHECK (VALUE ~ '^[A-Z]{3}-\d{4}$');

CREATE TABLE every_type (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    a smallint NOT NULL, b bigint NOT NULL, c numeric(6, 2) NOT NULL, d numeric(3, 3) NOT NULL, e numeric,
    f real NOT NULL, g double precision NOT NULL, h boolean NOT NULL DEFAULT false, i text NOT NULL, j varchar(5) NOT NULL,
    k char(3) NOT NULL, l "char" NOT NULL, m name NOT NULL, n bytea NOT NULL, o date NOT NULL,
    p timestamp(0) NOT NULL, q timestamptz NOT NULL DEFAULT now(), r time NOT NULL, s timetz NOT NULL, t interval NOT NULL,
    u uuid NOT NULL DEFAULT gen_random_uuid(), v json NOT NULL, w jsonb NOT NULL, y inet NOT NULL,
    z cidr NOT NULL, aa macaddr NOT NULL, ab macaddr8 NOT NULL, ac money NOT NULL, ad point NOT NULL, ae line NOT NULL,
    af lseg NOT NULL, ag box NOT NULL, ah path NOT NULL, ai polygon NOT NULL, aj circle NOT NULL, ak bit(5) NOT NULL,
    al varbit(7) NOT NULL, am tsvector NOT NULL, an tsquery NOT NULL, ao int4range NOT NULL, ap int8range NOT NULL,
    aq numrange NOT NULL, ar tsrange NOT NULL, as_ tstzrange NOT NULL, at_ daterange NOT NULL, au datemultirange NOT NULL,
    av span NOT NULL, aw mood NOT NULL, ax pair NOT NULL, ay text[] NOT NULL, az integer[][] NOT NULL, ba mood[] NOT NULL,
    bb positive NOT NULL, bc small_positive, bd email, be tags NOT NULL, bf sku NOT NULL, bg pair[] NOT NULL,
    bh oid NOT NULL, bi regclass NOT NULL, bj pg_lsn NOT NULL, bk jsonpath NOT NULL, bl varchar(1) NOT NULL UNIQUE,
    bm numeric(12, 4)[] NOT NULL, bn xid8 NOT NULL, bo tid NOT NULL, bp char NOT NULL, bq timestamptz,
    doubled bigint GENERATED ALWAYS AS (b * 2) STORED
);

CREATE TABLE checks (
    id bigserial PRIMARY KEY,
    quarter integer NOT NULL CHECK (quarter BETWEEN 1 AND 4),
    status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'it''s over')),
    kind varchar(10) NOT NULL CHECK (kind = ANY (ARRAY['a', 'b'])),
    percent numeric(5, 2) NOT NULL CHECK (percent >= 0 AND percent <= 100),
    negative integer NOT NULL CHECK (negative < -100 AND negative > -200),
    name text NOT NULL CHECK (length(name) <= 12 AND length(btrim(name)) > 0),
    code text NOT NULL UNIQUE CHECK (char_length(code) = 7),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    slug text NOT NULL CHECK (slug LIKE 'x-%-end'),
    phone text NOT NULL CHECK (phone ~ '^\+[1-9][0-9]{7,14}$'),
    lowered text NOT NULL CHECK (lowered = lower(lowered)),
    starts date NOT NULL, ends date NOT NULL CHECK (ends > starts), CHECK (ends - starts <= 31),
    month_start date NOT NULL CHECK (date_trunc('month', month_start) = month_start),
    year integer NOT NULL CHECK (year >= 1990 AND year <= date_part('year', now()) + 10),
    payload jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'array'),
    settings jsonb NOT NULL CHECK (settings ? 'color' AND settings ? 'size'),
    even integer NOT NULL CHECK (even % 2 = 0),
    ratio double precision NOT NULL CHECK (ratio > 0 AND ratio < 1),
    low integer NOT NULL, mid integer NOT NULL, high integer NOT NULL, CHECK (low < mid AND mid < high),
    part1 integer NOT NULL, part2 integer NOT NULL, CHECK (part1 + part2 = 100),
    one integer, other text, CHECK (num_nonnulls(one, other) = 1),
    maybe integer CHECK (maybe IS NOT NULL),
    fraction integer NOT NULL CHECK (100 / fraction > 10),
    list integer[] NOT NULL CHECK (array_length(list, 1) = 4),
    bytes bytea NOT NULL CHECK (octet_length(bytes) = 20),
    deleted boolean NOT NULL, deleted_at timestamptz, CHECK (deleted = (deleted_at IS NOT NULL)),
    expires timestamptz NOT NULL CHECK (expires > now()),
    feeling mood NOT NULL CHECK (feeling <> 'sad')
);

CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL UNIQUE);
CREATE TABLE users (
    tenant_id uuid NOT NULL REFERENCES tenants, id integer NOT NULL, manager integer,
    PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, manager) REFERENCES users, CHECK (manager <> id)
);
CREATE TABLE projects (tenant_id uuid NOT NULL REFERENCES tenants, id serial, PRIMARY KEY (tenant_id, id));
CREATE TABLE memberships (
    tenant_id uuid NOT NULL, user_id integer NOT NULL, project_id integer NOT NULL,
    PRIMARY KEY (tenant_id, user_id, project_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users, FOREIGN KEY (tenant_id, project_id) REFERENCES projects
);
CREATE TABLE profiles (user_tenant uuid, user_id integer, UNIQUE (user_tenant, user_id),
    FOREIGN KEY (user_tenant, user_id) REFERENCES users MATCH FULL);
CREATE TABLE notes (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, tenant uuid REFERENCES tenants, title text,
    CHECK (num_nonnulls(tenant, title) = 1));

CREATE TABLE tree (id serial PRIMARY KEY, parent integer REFERENCES tree, CHECK (parent <> id));
CREATE TABLE ring (id integer PRIMARY KEY, next integer NOT NULL REFERENCES ring DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE hen (id integer PRIMARY KEY, egg integer NOT NULL);
CREATE TABLE egg (id integer PRIMARY KEY, hen integer NOT NULL REFERENCES hen);
ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE left_one (id integer PRIMARY KEY, other integer);
CREATE TABLE right_one (id integer PRIMARY KEY, other integer REFERENCES left_one);
ALTER TABLE left_one ADD FOREIGN KEY (other) REFERENCES right_one;

CREATE TABLE by_day (id bigint GENERATED BY DEFAULT AS IDENTITY, day date NOT NULL, tenant uuid NOT NULL REFERENCES tenants,
    PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE by_day_2024 PARTITION OF by_day FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE by_day_2025 PARTITION OF by_day FOR VALUES FROM ('2025-01-01') TO (MAXVALUE) PARTITION BY LIST (day);
CREATE TABLE by_day_2025_any PARTITION OF by_day_2025 DEFAULT;
CREATE TABLE by_list (region text NOT NULL, n integer) PARTITION BY LIST (region);
CREATE TABLE by_list_eu PARTITION OF by_list FOR VALUES IN ('de', 'fr');
CREATE TABLE by_list_rest PARTITION OF by_list DEFAULT;
CREATE TABLE by_hash (id integer PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE by_two (a integer NOT NULL, b text NOT NULL, c timestamptz NOT NULL) PARTITION BY RANGE (a, b);
CREATE TABLE by_two_1 PARTITION OF by_two FOR VALUES FROM (10, 'm') TO (20, 'c');
CREATE TABLE by_time (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE by_time_1 PARTITION OF by_time FOR VALUES FROM ('2030-05-01 00:00:00+00') TO ('2030-05-02 00:00:00+00');
CREATE TABLE of_day (id integer, day date, FOREIGN KEY (id, day) REFERENCES by_day);
CREATE TABLE no_partition (a integer) PARTITION BY RANGE (a);

CREATE TABLE animals (id serial PRIMARY KEY, legs integer NOT NULL CHECK (legs IN (2, 4)));
CREATE TABLE dogs (name text NOT NULL) INHERITS (animals);
CREATE TABLE bookings (room integer NOT NULL, during tstzrange NOT NULL, EXCLUDE USING gist (during WITH &&));
CREATE TABLE flags (flag boolean NOT NULL UNIQUE);
CREATE TABLE singleton (id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1), text text);
CREATE TABLE "Odd Names"."Ta""ble" ("Se lect" integer PRIMARY KEY, "%s" text NOT NULL, "VALUE" positive, "a\b" text);
CREATE TABLE "Odd Names".lower_unique (name text NOT NULL); CREATE UNIQUE INDEX ON "Odd Names".lower_unique (lower(name));
CREATE TABLE nothing ();
CREATE TABLE only_id (id integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE deferred_unique (flag boolean UNIQUE DEFERRABLE INITIALLY DEFERRED);
CREATE UNLOGGED TABLE unlogged (a integer NOT NULL);
CREATE TABLE kept (id integer PRIMARY KEY); INSERT INTO kept SELECT generate_series(1, 5000);
CREATE TABLE of_kept (id integer NOT NULL REFERENCES kept);
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no rows today'; END $$;
CREATE TABLE guarded (id integer PRIMARY KEY);
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON guarded FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TABLE secured (id integer PRIMARY KEY); ALTER TABLE secured ENABLE ROW LEVEL SECURITY; ALTER TABLE secured FORCE ROW LEVEL SECURITY;
CREATE TABLE ruled (id integer PRIMARY KEY); CREATE RULE nope AS ON INSERT TO ruled DO INSTEAD NOTHING;

CREATE TABLE impossible (a integer NOT NULL CHECK (a > 0 AND a < 0));
CREATE TABLE of_impossible (a integer NOT NULL, id integer UNIQUE);
ALTER TABLE impossible ADD UNIQUE (a);
ALTER TABLE of_impossible ADD FOREIGN KEY (a) REFERENCES impossible (a);
CREATE TABLE riddle (answer text NOT NULL CHECK (md5(answer) = 'd41d8cd98f00b204e9800998ecf8427f0'));
CREATE TABLE planet (id integer REFERENCES impossible (a));
CREATE TABLE of_xml (document xml);
CREATE TABLE unknown_type (a pg_snapshot NOT NULL, b pg_snapshot);
