SELECT
    'statistics', n.nspname,
    CASE WHEN s.stxnamespace = c.relnamespace THEN s.stxname::text ELSE concat(s.stxnamespace::regnamespace, '.', s.stxname) END,
    c.relname, 'pg_statistic_ext'::regclass, s.oid, 0,
    json_build_object(
        'kinds', (
            SELECT json_agg(CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm' THEN 'mcv' ELSE 'expressions' END ORDER BY k)
            FROM unnest(s.stxkind) AS k
        ),
        'columns', (
            SELECT json_agg(quote_ident(a.attname) ORDER BY a.attname)
            FROM pg_attribute AS a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)
        ),
        'expressions', to_json(pg_get_statisticsobjdef_expressions(s.oid)),
        'target', nullif(s.stxstattarget, -1)
    ),
    '{}'::json
FROM pg_statistic_ext AS s
JOIN pg_class AS c ON c.oid = s.stxrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 /* one of these */
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
