SELECT
    'rule', n.nspname, r.rulename, c.relname, 'pg_rewrite'::regclass, r.oid, 0,
    json_build_object(
        'definition', rtrim(substr(pg_get_ruledef(r.oid), 1 + length(concat('CREATE RULE ', quote_ident(r.rulename), ' AS', E'\n    '))), ';'),
        'enabled', CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
    ),
    '{}'::json
FROM pg_rewrite AS r
JOIN pg_class AS c ON c.oid = r.ev_class
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE r.oid >= 16384 AND c.oid >= 16384 /* one of these */ AND r.rulename <> '_RETURN'
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
