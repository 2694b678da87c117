SELECT
    'cast', '', concat('(', format_type(k.castsource, NULL), ' AS ', format_type(k.casttarget, NULL), ')'), '',
    'pg_cast'::regclass, k.oid, 0,
    json_build_object('definition', concat(
        CASE k.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || k.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
        CASE k.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' END
    )),
    '{}'::json
FROM pg_cast AS k
WHERE k.oid >= 16384
AND NOT EXISTS (SELECT FROM pg_depend AS i WHERE i.classid = 'pg_cast'::regclass AND i.objid = k.oid AND i.deptype = 'i')
