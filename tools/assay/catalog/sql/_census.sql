SELECT *
FROM (VALUES
    ('relations', EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'v', 'm', 'f'))),
    ('columns', EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'v', 'm', 'f'))),
    ('sequences', EXISTS (SELECT FROM pg_sequence)),
    ('constraints', EXISTS (SELECT FROM pg_constraint WHERE oid >= 16384)),
    ('indexes', EXISTS (SELECT FROM pg_index WHERE indexrelid >= 16384)),
    ('triggers', EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal)),
    ('rules', EXISTS (SELECT FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN')),
    ('policies', EXISTS (SELECT FROM pg_policy)),
    ('statistics', EXISTS (SELECT FROM pg_statistic_ext)),
    ('types', EXISTS (SELECT FROM pg_type AS t LEFT JOIN pg_class AS c ON c.oid = t.typrelid WHERE t.oid >= 16384 AND t.typtype IN ('e', 'c', 'd', 'r') AND (c.relkind = 'c' OR t.typtype <> 'c'))),
    ('functions', EXISTS (SELECT FROM pg_proc WHERE oid >= 16384)),
    ('operators', EXISTS (SELECT FROM pg_operator WHERE oid >= 16384)),
    ('casts', EXISTS (SELECT FROM pg_cast WHERE oid >= 16384)),
    ('collations', EXISTS (SELECT FROM pg_collation WHERE oid >= 16384)),
    ('text_search', EXISTS (SELECT FROM pg_ts_dict WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_ts_config WHERE oid >= 16384)),
    ('foreign', EXISTS (SELECT FROM pg_foreign_data_wrapper)),
    ('publications', EXISTS (SELECT FROM pg_publication)),
    ('event_triggers', EXISTS (SELECT FROM pg_event_trigger)),
    ('default_privileges', EXISTS (SELECT FROM pg_default_acl))
) AS census (name, found)
