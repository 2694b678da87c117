SELECT
    CASE d.deptype WHEN 'i' THEN 'identity' ELSE 'sequence' END,
    n.nspname,
    CASE d.deptype WHEN 'i' THEN a.attname ELSE c.relname END,
    CASE d.deptype WHEN 'i' THEN t.relname ELSE '' END,
    'pg_class'::regclass, c.oid, 0,
    json_build_object(
        'type', CASE WHEN s.seqtypid <> 'bigint'::regtype AND coalesce(d.deptype, 'a') <> 'i' THEN s.seqtypid::regtype::text END,
        'options', nullif(concat_ws(' ',
            CASE WHEN s.seqstart <> CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END THEN 'START WITH ' || s.seqstart END,
            CASE WHEN s.seqincrement <> 1 THEN 'INCREMENT BY ' || s.seqincrement END,
            CASE WHEN s.seqmin <> CASE WHEN s.seqincrement > 0 THEN 1 ELSE r.lowest END THEN 'MINVALUE ' || s.seqmin END,
            CASE WHEN s.seqmax <> CASE WHEN s.seqincrement > 0 THEN r.highest ELSE -1 END THEN 'MAXVALUE ' || s.seqmax END,
            CASE WHEN s.seqcache <> 1 THEN 'CACHE ' || s.seqcache END,
            CASE WHEN s.seqcycle THEN 'CYCLE' END
        ), ''),
        'sequence', CASE d.deptype WHEN 'i' THEN c.relname END,
        'owned_by', CASE d.deptype WHEN 'a' THEN concat(t.oid::regclass, '.', quote_ident(a.attname)) END,
        'persistence', CASE WHEN c.relpersistence = 'u' AND t.relpersistence IS DISTINCT FROM 'u' THEN 'unlogged' END
    ),
    '{}'::json
FROM pg_sequence AS s
JOIN pg_class AS c ON c.oid = s.seqrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT
    CASE s.seqtypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE 9223372036854775807 END AS highest,
    CASE s.seqtypid WHEN 21 THEN -32768 WHEN 23 THEN -2147483648 ELSE -9223372036854775808 END AS lowest
) AS r
LEFT JOIN pg_depend AS d
    ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
LEFT JOIN pg_class AS t ON t.oid = d.refobjid
LEFT JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE c.oid >= 16384 /* one of these */
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
