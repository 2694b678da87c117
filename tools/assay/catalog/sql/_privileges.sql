WITH held (class, oid, sub, type, owner, acl, start) AS (
    SELECT 'pg_class'::regclass::oid, c.oid, 0, CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner, c.relacl, NULL::aclitem[]
    FROM pg_class AS c WHERE c.oid >= 16384 /* one of these */ AND c.relacl IS NOT NULL
    UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attnum, 'c', c.relowner, a.attacl, NULL
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid WHERE a.attrelid >= 16384 /* one of these */ AND a.attacl IS NOT NULL
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, 'f', p.proowner, p.proacl, NULL
    FROM pg_proc AS p WHERE p.oid >= 16384 AND p.proacl IS NOT NULL
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0, 'T', t.typowner, t.typacl, NULL
    FROM pg_type AS t WHERE t.oid >= 16384 AND t.typacl IS NOT NULL
    UNION ALL
    SELECT 'pg_namespace'::regclass, n.oid, 0, 'n', n.nspowner, n.nspacl,
        (SELECT i.initprivs FROM pg_init_privs AS i WHERE i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid AND i.privtype = 'i')
    FROM pg_namespace AS n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, f.oid, 0, 'F', f.fdwowner, f.fdwacl, NULL
    FROM pg_foreign_data_wrapper AS f WHERE f.fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, s.oid, 0, 'S', s.srvowner, s.srvacl, NULL
    FROM pg_foreign_server AS s WHERE s.srvacl IS NOT NULL
    UNION ALL
    SELECT 'pg_default_acl'::regclass, d.oid, 0, CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole, d.defaclacl,
        CASE WHEN d.defaclnamespace <> 0 THEN acldefault('c', d.defaclrole) END
    FROM pg_default_acl AS d
), listed AS (
    SELECT h.*, false AS basis, coalesce(h.acl, acldefault(h.type, h.owner)) AS entries FROM held AS h
    UNION ALL
    SELECT h.*, true AS basis, coalesce(h.start, acldefault(h.type, h.owner)) AS entries FROM held AS h
)
SELECT
    s.class, s.oid, s.sub, s.basis,
    CASE
        WHEN e.grantee = 0 THEN 'public'
        WHEN e.grantee = s.owner OR s.basis AND e.grantee = e.grantor THEN 'owner'
        ELSE e.grantee::regrole::text
    END,
    CASE
        WHEN e.grantee <> s.owner AND s.type NOT IN ('c', 'f', 'T', 'F', 'S') AND array_agg(e.privilege_type) @> ARRAY(
            SELECT a.privilege_type FROM aclexplode(acldefault(s.type, s.owner)) AS a WHERE a.grantee = s.owner
        ) THEN '{ALL}'
        ELSE array_agg(e.privilege_type)
    END,
    e.is_grantable
FROM listed AS s
CROSS JOIN LATERAL aclexplode(s.entries) AS e
GROUP BY s.class, s.oid, s.sub, s.basis, s.type, s.owner, e.grantee, 5, e.is_grantable
