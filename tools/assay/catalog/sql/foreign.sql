SELECT
    'foreign data wrapper', '', f.fdwname, '', 'pg_foreign_data_wrapper'::regclass, f.oid, 0,
    json_build_object(
        'handler', nullif(f.fdwhandler::regproc::text, '-'),
        'validator', nullif(f.fdwvalidator::regproc::text, '-'),
        'foreign_options', to_json(f.fdwoptions)
    ),
    '{}'::json
FROM pg_foreign_data_wrapper AS f
UNION ALL
SELECT
    'server', '', s.srvname, '', 'pg_foreign_server'::regclass, s.oid, 0,
    json_build_object(
        'wrapper', f.fdwname,
        'type', s.srvtype,
        'version', s.srvversion,
        'foreign_options', to_json(s.srvoptions)
    ),
    '{}'::json
FROM pg_foreign_server AS s
JOIN pg_foreign_data_wrapper AS f ON f.oid = s.srvfdw
