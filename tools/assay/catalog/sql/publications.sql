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
            SELECT json_agg(concat(
                r.prrelid::regclass,
                (
                    SELECT concat(' (', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname), ')')
                    FROM pg_attribute AS a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)
                    HAVING count(*) > 0
                ),
                ' WHERE ' || pg_get_expr(r.prqual, r.prrelid)
            ) ORDER BY r.prrelid::regclass::text)
            FROM pg_publication_rel AS r WHERE r.prpubid = p.oid
        ),
        'schemas', (
            SELECT json_agg(s.pnnspid::regnamespace::text ORDER BY s.pnnspid::regnamespace::text)
            FROM pg_publication_namespace AS s WHERE s.pnpubid = p.oid
        )
    ),
    '{}'::json
FROM pg_publication AS p
