SELECT
    'column', n.nspname, a.attname, c.relname, 'pg_class'::regclass, c.oid, a.attnum,
    json_build_object(
        'type', format_type(a.atttypid, a.atttypmod),
        'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
        'not_null', nullif(a.attnotnull, false),
        'not_null_not_valid', nullif(k.unproven, false),
        'not_null_no_inherit', nullif(k.connoinherit, false),
        'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
        'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
        'virtual', CASE WHEN a.attgenerated = 'v' THEN true END,
        'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
        'storage', CASE WHEN a.attstorage <> t.typstorage THEN
            CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END END,
        'compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
        'statistics', nullif(a.attstattarget, -1),
        'options', to_json(a.attoptions),
        'foreign_options', to_json(a.attfdwoptions)
    ),
    json_build_object('position', a.attnum)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN (
    SELECT conrelid, conkey[1] AS attnum, NOT convalidated AS unproven, connoinherit
    FROM pg_constraint
    WHERE contype = 'n' AND conrelid <> 0 AND (NOT convalidated OR connoinherit)
) AS k ON k.conrelid = a.attrelid AND k.attnum = a.attnum
WHERE c.oid >= 16384 /* one of these */ AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
