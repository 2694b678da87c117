SELECT
    CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, n.nspname, t.typname, '', 'pg_type'::regclass, t.oid, 0,
    CASE t.typtype
        WHEN 'e' THEN json_build_object(
            'shape', 'enum',
            'values', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid)
        )
        WHEN 'c' THEN json_build_object(
            'shape', 'composite',
            'attributes', (
                SELECT json_agg(concat(
                    quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
                    CASE WHEN a.attcollation <> b.typcollation THEN concat(' COLLATE ', a.attcollation::regcollation) END
                ) ORDER BY a.attnum)
                FROM pg_attribute AS a JOIN pg_type AS b ON b.oid = a.atttypid
                WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
            )
        )
        WHEN 'd' THEN json_build_object(
            'type', format_type(t.typbasetype, t.typtypmod),
            'collation', (
                SELECT t.typcollation::regcollation::text FROM pg_type AS b
                WHERE b.oid = t.typbasetype AND b.typcollation <> t.typcollation
            ),
            'not_null', nullif(t.typnotnull, false),
            'default', pg_get_expr(t.typdefaultbin, 0)
        )
        ELSE (
            SELECT json_build_object(
                'shape', 'range',
                'subtype', format_type(r.rngsubtype, NULL),
                'opclass', (SELECT concat(o.opcnamespace::regnamespace, '.', quote_ident(o.opcname)) FROM pg_opclass AS o WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
                'collation', (SELECT r.rngcollation::regcollation::text FROM pg_type AS b WHERE b.oid = r.rngsubtype AND b.typcollation <> r.rngcollation),
                'canonical', nullif(r.rngcanonical::text, '-'),
                'subtype_diff', nullif(r.rngsubdiff::text, '-'),
                'multirange', r.rngmultitypid::regtype::text
            )
            FROM pg_range AS r WHERE r.rngtypid = t.oid
        )
    END,
    '{}'::json
FROM pg_type AS t
JOIN pg_namespace AS n ON n.oid = t.typnamespace
LEFT JOIN pg_class AS c ON c.oid = t.typrelid
WHERE t.oid >= 16384 AND t.typtype IN ('e', 'c', 'd', 'r') AND (c.relkind IS NULL OR c.relkind = 'c')
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
