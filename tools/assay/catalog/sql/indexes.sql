SELECT
    'index', n.nspname, c.relname, t.relname, 'pg_class'::regclass, c.oid, 0,
    json_build_object(
        'definition', substr(pg_get_indexdef(c.oid), 1 + length(concat(
            'CREATE ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, 'INDEX ', quote_ident(c.relname), ' ON ',
            CASE WHEN c.relkind = 'I' THEN 'ONLY ' END, t.oid::regclass, ' USING '
        ))),
        'unique', nullif(i.indisunique, false),
        'invalid', CASE WHEN NOT i.indisvalid THEN true END,
        'not_ready', CASE WHEN NOT i.indisready THEN true END,
        'clustered', nullif(i.indisclustered, false),
        'replica_identity', nullif(i.indisreplident, false),
        'tablespace', (SELECT s.spcname FROM pg_tablespace AS s WHERE s.oid = c.reltablespace),
        'partition_of', CASE WHEN c.relispartition THEN (
            SELECT h.inhparent::regclass::text FROM pg_inherits AS h WHERE h.inhrelid = c.oid
        ) END,
        'statistics', (
            SELECT json_agg(concat(a.attnum, ': ', a.attstattarget) ORDER BY a.attnum)
            FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attstattarget >= 0
        )
    ),
    '{}'::json
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_class AS t ON t.oid = i.indrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE i.indrelid >= 16384 /* one of these */ AND t.relkind IN ('r', 'p', 'm')
AND NOT EXISTS (
    SELECT FROM pg_constraint AS k
    WHERE k.conrelid = i.indrelid AND k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
)
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
