SELECT
    'event trigger', '', e.evtname, '', 'pg_event_trigger'::regclass, e.oid, 0,
    json_build_object(
        'event', e.evtevent,
        'function', e.evtfoid::regproc::text,
        'tags', (SELECT json_agg(t ORDER BY t) FROM unnest(e.evttags) AS t),
        'enabled', CASE e.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
    ),
    '{}'::json
FROM pg_event_trigger AS e
