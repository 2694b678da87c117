SELECT
    'policy', n.nspname, p.polname, c.relname, 'pg_policy'::regclass, p.oid, 0,
    json_build_object(
        'command', CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' END,
        'restrictive', CASE WHEN NOT p.polpermissive THEN true END,
        'roles', CASE WHEN p.polroles <> '{0}' THEN (
            SELECT json_agg(r.oid::regrole::text ORDER BY r.rolname) FROM pg_roles AS r WHERE r.oid = ANY (p.polroles)
        ) END,
        'using', pg_get_expr(p.polqual, p.polrelid),
        'check', pg_get_expr(p.polwithcheck, p.polrelid)
    ),
    '{}'::json
FROM pg_policy AS p
JOIN pg_class AS c ON c.oid = p.polrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 /* one of these */
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
