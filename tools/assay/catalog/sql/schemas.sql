SELECT 'schema', '', n.nspname, '', 'pg_namespace'::regclass, n.oid, 0, '{}'::json, '{}'::json
FROM pg_namespace AS n
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
