SELECT
    'constraint', n.nspname, k.conname, coalesce(c.relname, t.typname), 'pg_constraint'::regclass, k.oid, 0,
    json_build_object(
        'definition', pg_get_constraintdef(k.oid),
        'deferrable', nullif(k.condeferrable, false),
        'initially_deferred', nullif(k.condeferred, false),
        'options', to_json(i.reloptions),
        'tablespace', (SELECT s.spcname FROM pg_tablespace AS s WHERE s.oid = i.reltablespace),
        'clustered', nullif(j.indisclustered, false),
        'replica_identity', nullif(j.indisreplident, false),
        'invalid', CASE WHEN NOT j.indisvalid THEN true END,
        'triggers', CASE WHEN k.contype = 'f' AND g.tgconstraint IS NOT NULL THEN 'disabled' END
    ),
    '{}'::json
FROM pg_constraint AS k
JOIN pg_namespace AS n ON n.oid = k.connamespace
LEFT JOIN pg_class AS c ON c.oid = k.conrelid
LEFT JOIN pg_type AS t ON t.oid = k.contypid
LEFT JOIN pg_class AS i ON i.oid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_index AS j ON j.indexrelid = i.oid
LEFT JOIN (
    SELECT DISTINCT tgconstraint FROM pg_trigger WHERE tgisinternal AND tgenabled <> 'O'
) AS g ON g.tgconstraint = k.oid
WHERE k.contype IN ('c', 'f', 'p', 'u', 'x')
AND k.conrelid >= 0 /* one of these */
AND NOT (k.contype = 'f' AND k.conparentid <> 0)
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
