SELECT c.relname, n.inserted, n.updated, n.deleted
FROM pg_catalog.pg_class AS c
CROSS JOIN LATERAL (SELECT
    pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) AS inserted,
    pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) AS updated,
    pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS deleted
) AS n
WHERE c.oid < 16384 AND c.relkind = 'r' AND n.inserted + n.updated + n.deleted > 0
