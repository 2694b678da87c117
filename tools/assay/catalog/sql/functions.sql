SELECT
    CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END,
    n.nspname, concat(quote_ident(p.proname), '(', oidvectortypes(p.proargtypes), ')'), '', 'pg_proc'::regclass, p.oid, 0,
    json_build_object('definition', CASE WHEN p.prokind <> 'a' THEN rtrim(pg_get_functiondef(p.oid), E'\n') ELSE (
        SELECT concat_ws(', ',
            'ARGUMENTS (' || pg_get_function_arguments(p.oid) || ')',
            'SFUNC = ' || nullif(a.aggtransfn::regproc::text, '-'),
            'STYPE = ' || format_type(a.aggtranstype, NULL),
            'SSPACE = ' || nullif(a.aggtransspace, 0),
            'FINALFUNC = ' || nullif(a.aggfinalfn::regproc::text, '-'),
            CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
            'FINALFUNC_MODIFY = ' || nullif(a.aggfinalmodify::text, 'r'),
            'COMBINEFUNC = ' || nullif(a.aggcombinefn::regproc::text, '-'),
            'SERIALFUNC = ' || nullif(a.aggserialfn::regproc::text, '-'),
            'DESERIALFUNC = ' || nullif(a.aggdeserialfn::regproc::text, '-'),
            'INITCOND = ' || quote_literal(a.agginitval),
            'MSFUNC = ' || nullif(a.aggmtransfn::regproc::text, '-'),
            'MINVFUNC = ' || nullif(a.aggminvtransfn::regproc::text, '-'),
            CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || format_type(a.aggmtranstype, NULL) END,
            'MSSPACE = ' || nullif(a.aggmtransspace, 0),
            'MFINALFUNC = ' || nullif(a.aggmfinalfn::regproc::text, '-'),
            CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
            'MFINALFUNC_MODIFY = ' || nullif(a.aggmfinalmodify::text, 'r'),
            'MINITCOND = ' || quote_literal(a.aggminitval),
            CASE WHEN a.aggsortop <> 0 THEN 'SORTOP = ' || a.aggsortop::regoper END,
            'PARALLEL = ' || nullif(p.proparallel::text, 'u'),
            CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END
        )
        FROM pg_aggregate AS a WHERE a.aggfnoid = p.oid
    ) END),
    '{}'::json
FROM pg_proc AS p
JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.oid >= 16384
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
AND NOT EXISTS (SELECT FROM pg_depend AS i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
