SELECT
    'operator', n.nspname,
    concat(o.oprname, '(', CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END, ', ', format_type(o.oprright, NULL), ')'),
    '', 'pg_operator'::regclass, o.oid, 0,
    json_build_object('definition', concat_ws(', ',
        'FUNCTION = ' || o.oprcode::regproc,
        CASE WHEN o.oprcom <> 0 THEN 'COMMUTATOR = ' || o.oprcom::regoperator END,
        CASE WHEN o.oprnegate <> 0 THEN 'NEGATOR = ' || o.oprnegate::regoperator END,
        'RESTRICT = ' || nullif(o.oprrest::regproc::text, '-'),
        'JOIN = ' || nullif(o.oprjoin::regproc::text, '-'),
        CASE WHEN o.oprcanhash THEN 'HASHES' END,
        CASE WHEN o.oprcanmerge THEN 'MERGES' END
    )),
    '{}'::json
FROM pg_operator AS o
JOIN pg_namespace AS n ON n.oid = o.oprnamespace
WHERE o.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
