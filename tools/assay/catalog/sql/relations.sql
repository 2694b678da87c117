SELECT
    CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END,
    n.nspname, c.relname, '', 'pg_class'::regclass, c.oid, 0,
    json_build_object(
        'definition', CASE WHEN c.relkind IN ('v', 'm') THEN rtrim(pg_get_viewdef(c.oid), ';') END,
        'persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
        'partition_key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
        'partition_of', CASE WHEN c.relispartition THEN (
            SELECT i.inhparent::regclass::text FROM pg_inherits AS i WHERE i.inhrelid = c.oid
        ) END,
        'bound', pg_get_expr(c.relpartbound, c.oid),
        'detach_pending', CASE WHEN c.relispartition THEN (
            SELECT true FROM pg_inherits AS i WHERE i.inhrelid = c.oid AND i.inhdetachpending
        ) END,
        'inherits', CASE WHEN NOT c.relispartition THEN (
            SELECT json_agg(i.inhparent::regclass::text ORDER BY i.inhseqno) FROM pg_inherits AS i WHERE i.inhrelid = c.oid
        ) END,
        'of_type', CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END,
        'options', to_json(c.reloptions),
        'toast_options', CASE WHEN c.reltoastrelid <> 0 THEN (
            SELECT to_json(t.reloptions) FROM pg_class AS t WHERE t.oid = c.reltoastrelid
        ) END,
        'row_security', nullif(c.relrowsecurity, false),
        'force_row_security', nullif(c.relforcerowsecurity, false),
        'replica_identity', CASE c.relreplident WHEN 'n' THEN CASE WHEN c.relkind IN ('r', 'p') THEN 'nothing' END WHEN 'f' THEN 'full' END,
        'access_method', (SELECT a.amname FROM pg_am AS a WHERE a.oid = c.relam AND a.amname <> 'heap'),
        'tablespace', (SELECT t.spcname FROM pg_tablespace AS t WHERE t.oid = c.reltablespace),
        'server', (SELECT s.srvname FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid),
        'foreign_options', (SELECT to_json(f.ftoptions) FROM pg_foreign_table AS f WHERE f.ftrelid = c.oid)
    ),
    json_build_object('populated', CASE WHEN c.relkind = 'm' THEN c.relispopulated END)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 /* one of these */ AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
