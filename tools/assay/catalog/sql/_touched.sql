WITH named (oid) AS (
    SELECT l.relation FROM pg_locks AS l
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384
    AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
    UNION
    SELECT c.oid FROM pg_class AS c WHERE 'pg_class' = ANY ($1) AND age(c.xmin) <= 0
    UNION
    SELECT a.attrelid FROM pg_attribute AS a WHERE 'pg_attribute' = ANY ($1) AND age(a.xmin) <= 0
    UNION
    SELECT d.adrelid FROM pg_attrdef AS d WHERE 'pg_attrdef' = ANY ($1) AND age(d.xmin) <= 0
    UNION
    SELECT unnest(ARRAY[k.conrelid, k.confrelid]) FROM pg_constraint AS k
    WHERE 'pg_constraint' = ANY ($1) AND age(k.xmin) <= 0
    UNION
    SELECT i.indrelid FROM pg_index AS i WHERE 'pg_index' = ANY ($1) AND age(i.xmin) <= 0
    UNION
    SELECT unnest(ARRAY[i.inhrelid, i.inhparent]) FROM pg_inherits AS i
    WHERE 'pg_inherits' = ANY ($1) AND age(i.xmin) <= 0
    UNION
    SELECT s.seqrelid FROM pg_sequence AS s WHERE 'pg_sequence' = ANY ($1) AND age(s.xmin) <= 0
    UNION
    SELECT g.tgrelid FROM pg_trigger AS g WHERE 'pg_trigger' = ANY ($1) AND age(g.xmin) <= 0
    UNION
    SELECT r.ev_class FROM pg_rewrite AS r WHERE 'pg_rewrite' = ANY ($1) AND age(r.xmin) <= 0
    UNION
    SELECT p.polrelid FROM pg_policy AS p WHERE 'pg_policy' = ANY ($1) AND age(p.xmin) <= 0
    UNION
    SELECT s.stxrelid FROM pg_statistic_ext AS s WHERE 'pg_statistic_ext' = ANY ($1) AND age(s.xmin) <= 0
), touched (oid) AS (
    SELECT n.oid FROM named AS n
    UNION
    SELECT i.indrelid FROM pg_index AS i JOIN named AS n ON n.oid = i.indexrelid
    UNION
    SELECT c.oid FROM pg_class AS c JOIN named AS n ON n.oid = c.reltoastrelid
    UNION
    SELECT d.refobjid FROM pg_depend AS d JOIN named AS n ON n.oid = d.objid
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
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
    WHERE e.class = 'pg_class'::regclass
    UNION
    SELECT k.conrelid FROM dependent AS e JOIN pg_constraint AS k ON k.oid = e.oid
    WHERE e.class = 'pg_constraint'::regclass
    UNION
    SELECT r.ev_class FROM dependent AS e JOIN pg_rewrite AS r ON r.oid = e.oid
    WHERE e.class = 'pg_rewrite'::regclass
    UNION
    SELECT a.adrelid FROM dependent AS e JOIN pg_attrdef AS a ON a.oid = e.oid
    WHERE e.class = 'pg_attrdef'::regclass
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
)
SELECT
    (SELECT json_agg(e.oid::bigint) FROM every AS e WHERE e.oid <> 0),
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
        WHERE 'pg_type' = ANY ($1) AND age(t.xmin) <= 0 AND coalesce(c.relkind, 'c') = 'c'
    )
    OR EXISTS (
        SELECT FROM pg_constraint AS k
        WHERE 'pg_constraint' = ANY ($1) AND age(k.xmin) <= 0 AND k.contypid <> 0
    )
    OR (SELECT count(*) FROM pg_type AS t WHERE t.oid = ANY ($2)) <> cardinality($2)
    OR (SELECT count(*) FROM pg_constraint AS k WHERE k.oid = ANY ($3)) <> cardinality($3)
