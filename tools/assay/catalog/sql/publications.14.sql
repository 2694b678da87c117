SELECT
    'publication', '', p.pubname, '', 'pg_publication'::regclass, p.oid, 0,
    json_build_object(
        'operations', nullif(concat_ws(', ',
            CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
            CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END
        ), 'insert, update, delete, truncate'),
        'all_tables', nullif(p.puballtables, false),
        'via_root', nullif(p.pubviaroot, false),
        'generated_columns', nullif(to_json(p) ->> 'pubgencols', 'n'),
        'tables', (
            SELECT json_agg(r.prrelid::regclass::text ORDER BY r.prrelid::regclass::text)
            FROM pg_publication_rel AS r WHERE r.prpubid = p.oid
        )
    ),
    '{}'::json
FROM pg_publication AS p
