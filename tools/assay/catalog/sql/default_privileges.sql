SELECT
    'default privileges', coalesce(n.nspname, ''),
    concat('for role ', d.defaclrole::regrole, ' on ', CASE d.defaclobjtype
        WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
        WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END),
    '', 'pg_default_acl'::regclass, d.oid, 0, '{}'::json, '{}'::json
FROM pg_default_acl AS d
LEFT JOIN pg_namespace AS n ON n.oid = d.defaclnamespace
