SELECT
    'text search dictionary', n.nspname, d.dictname, '', 'pg_ts_dict'::regclass, d.oid, 0,
    json_build_object('definition', concat_ws(', ',
        concat('TEMPLATE = ', t.tmplnamespace::regnamespace, '.', quote_ident(t.tmplname)), d.dictinitoption
    )),
    '{}'::json
FROM pg_ts_dict AS d
JOIN pg_namespace AS n ON n.oid = d.dictnamespace
JOIN pg_ts_template AS t ON t.oid = d.dicttemplate
WHERE d.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT
    'text search configuration', n.nspname, c.cfgname, '', 'pg_ts_config'::regclass, c.oid, 0,
    json_build_object(
        'parser', concat(p.prsnamespace::regnamespace, '.', quote_ident(p.prsname)),
        'mappings', (
            SELECT json_agg(concat(m.alias, ': ', m.dictionaries) ORDER BY m.alias)
            FROM (
                SELECT k.alias, string_agg(g.mapdict::regdictionary::text, ', ' ORDER BY g.mapseqno) AS dictionaries
                FROM pg_ts_config_map AS g JOIN ts_token_type(c.cfgparser) AS k ON k.tokid = g.maptokentype
                WHERE g.mapcfg = c.oid GROUP BY k.alias
            ) AS m
        )
    ),
    '{}'::json
FROM pg_ts_config AS c
JOIN pg_namespace AS n ON n.oid = c.cfgnamespace
JOIN pg_ts_parser AS p ON p.oid = c.cfgparser
WHERE c.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
