SELECT
    'extension', '', e.extname, '', 'pg_extension'::regclass, e.oid, 0,
    json_build_object('schema', n.nspname),
    json_build_object('version', e.extversion)
FROM pg_extension AS e
JOIN pg_namespace AS n ON n.oid = e.extnamespace
