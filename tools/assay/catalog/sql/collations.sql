SELECT
    'collation', n.nspname, c.collname, '', 'pg_collation'::regclass, c.oid, 0,
    json_build_object('definition', concat_ws(', ',
        'provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
        'locale = ' || CASE WHEN c.collprovider = 'c' THEN c.collcollate
            ELSE coalesce(x.row ->> 'colllocale', x.row ->> 'colliculocale', c.collcollate) END,
        'ctype = ' || CASE WHEN c.collprovider = 'c' THEN nullif(c.collctype, c.collcollate) END,
        'rules = ' || quote_literal(x.row ->> 'collicurules'),
        CASE WHEN NOT c.collisdeterministic THEN 'deterministic = false' END
    )),
    '{}'::json
FROM pg_collation AS c
JOIN pg_namespace AS n ON n.oid = c.collnamespace
CROSS JOIN LATERAL (SELECT to_json(c) AS row) AS x
WHERE c.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
