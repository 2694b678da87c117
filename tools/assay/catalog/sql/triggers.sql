SELECT
    'trigger', n.nspname, g.tgname, c.relname, 'pg_trigger'::regclass, g.oid, 0,
    json_build_object(
        'definition', substr(pg_get_triggerdef(g.oid), 1 + length(concat(
            'CREATE ', CASE WHEN g.tgconstraint <> 0 THEN 'CONSTRAINT ' END, 'TRIGGER ', quote_ident(g.tgname), ' '
        ))),
        'constraint', CASE WHEN g.tgconstraint <> 0 THEN true END,
        'enabled', CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
    ),
    '{}'::json
FROM pg_trigger AS g
JOIN pg_class AS c ON c.oid = g.tgrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_trigger AS p ON p.oid = g.tgparentid
WHERE c.oid >= 16384 /* one of these */
AND NOT g.tgisinternal AND g.tgenabled IS DISTINCT FROM p.tgenabled
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
