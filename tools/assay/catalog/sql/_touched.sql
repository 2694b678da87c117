WITH touched (oid) AS (
    SELECT unnest($1)
    UNION
    SELECT i.indrelid FROM pg_index AS i WHERE i.indexrelid = ANY ($1)
    UNION
    SELECT d.refobjid FROM pg_depend AS d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = ANY ($1)
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
), rowtypes (oid) AS (
    SELECT unnest(ARRAY[t.oid, t.typarray])
    FROM pg_class AS c JOIN touched AS h ON h.oid = c.oid JOIN pg_type AS t ON t.oid = c.reltype
), dependent (class, oid) AS (
    SELECT d.classid, d.objid FROM pg_depend AS d JOIN touched AS h ON h.oid = d.refobjid
    WHERE d.refclassid = 'pg_class'::regclass
), telling (oid) AS (
    SELECT h.oid FROM touched AS h
    UNION
    SELECT coalesce(i.indrelid, e.oid) FROM dependent AS e LEFT JOIN pg_index AS i ON i.indexrelid = e.oid
    WHERE $5 AND e.class = 'pg_class'::regclass
    UNION
    SELECT k.conrelid FROM dependent AS e JOIN pg_constraint AS k ON k.oid = e.oid
    WHERE $5 AND e.class = 'pg_constraint'::regclass
    UNION
    SELECT r.ev_class FROM dependent AS e JOIN pg_rewrite AS r ON r.oid = e.oid
    WHERE e.class = 'pg_rewrite'::regclass
    UNION
    SELECT a.adrelid FROM dependent AS e JOIN pg_attrdef AS a ON a.oid = e.oid
    WHERE $5 AND e.class = 'pg_attrdef'::regclass
    UNION
    SELECT g.tgrelid FROM dependent AS e JOIN pg_trigger AS g ON g.oid = e.oid
    WHERE e.class = 'pg_trigger'::regclass
    UNION
    SELECT p.polrelid FROM dependent AS e JOIN pg_policy AS p ON p.oid = e.oid
    WHERE e.class = 'pg_policy'::regclass
    UNION
    SELECT s.stxrelid FROM dependent AS e JOIN pg_statistic_ext AS s ON s.oid = e.oid
    WHERE e.class = 'pg_statistic_ext'::regclass
), every (oid) AS (
    SELECT t.oid FROM telling AS t
    UNION
    SELECT d.objid FROM pg_depend AS d JOIN telling AS t ON t.oid = d.refobjid
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
), these (oids, strange) AS MATERIALIZED (
    SELECT
        ARRAY(SELECT e.oid FROM every AS e WHERE e.oid <> 0),
        EXISTS (SELECT FROM pg_class AS c JOIN touched AS h ON h.oid = c.oid WHERE c.relkind = 'c')
        OR EXISTS (
            SELECT FROM dependent AS e WHERE e.class NOT IN (
                'pg_class'::regclass, 'pg_constraint'::regclass, 'pg_rewrite'::regclass, 'pg_attrdef'::regclass,
                'pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_statistic_ext'::regclass, 'pg_type'::regclass
            )
        )
        OR EXISTS (
            SELECT FROM pg_depend AS d JOIN rowtypes AS r ON r.oid = d.refobjid
            WHERE d.refclassid = 'pg_type'::regclass AND NOT (d.classid = 'pg_type'::regclass AND d.deptype = 'i')
        )
        OR EXISTS (
            SELECT FROM pg_type AS t
            LEFT JOIN pg_type AS e ON e.oid = t.typelem
            LEFT JOIN pg_class AS c ON c.oid = CASE WHEN t.typrelid <> 0 THEN t.typrelid ELSE e.typrelid END
            WHERE $4 AND age(t.xmin) <= 0 AND coalesce(c.relkind, 'c') = 'c'
        )
        OR EXISTS (
            SELECT FROM pg_constraint AS k
            WHERE k.contypid > 0 AND age(k.xmin) <= 0
        )
        OR (SELECT count(*) FROM pg_type AS t WHERE t.oid = ANY ($2)) <> cardinality($2)
        OR (SELECT count(*) FROM pg_constraint AS k WHERE k.oid = ANY ($3)) <> cardinality($3)
)
