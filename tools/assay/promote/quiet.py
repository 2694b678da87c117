"""Whether the target is quiet enough: no long transaction in the way, no replica far behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.promote.model import Plan
from assay.promote.outcome import RefusedError
from assay.promote.policy import Policy
from assay.promote.versions import quoted

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

_LONG = """
SELECT a.pid, coalesce(nullif(a.application_name, ''), 'no application name'), coalesce(a.state, 'unknown'),
    extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS age
FROM pg_catalog.pg_stat_activity AS a
WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
AND a.xact_start < clock_timestamp() - %(limit)s * interval '1 second'
AND (%(any)s AND a.backend_xmin IS NOT NULL OR EXISTS (
    SELECT FROM pg_catalog.pg_locks AS l WHERE l.pid = a.pid AND l.granted AND l.locktype = 'relation'
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    AND l.relation IN (SELECT pg_catalog.to_regclass(name) FROM unnest(%(names)s::text[]) AS n (name))
))
ORDER BY age DESC
"""

_LAG = """
SELECT coalesce(nullif(application_name, ''), client_addr::text, 'unnamed'),
    extract(epoch FROM replay_lag)::float8
FROM pg_catalog.pg_stat_replication WHERE replay_lag > %s * interval '1 second' ORDER BY 2 DESC
"""


def require_no_long_transactions(session: cursor, plan: Plan, policy: Policy) -> None:
    """Raises RefusedError for a long transaction that our statements would wait for.

    That is one with a lock on a relation in question and, before a concurrent index, one with a snapshot.
    Of other users' sessions PostgreSQL tells only a member of pg_read_all_stats.
    """
    if not policy.long_transaction:
        return
    segments = [segment for revision in plan.revisions for segment in revision.segments]
    names = {lock.relation for segment in segments for lock in segment.locks}
    session.execute(
        _LONG,
        {
            "limit": policy.long_transaction,
            "any": any(segment.patient for segment in segments),
            "names": [".".join(map(quoted, name.split(".", 1))) for name in sorted(names)],
        },
    )
    rows = session.fetchall()
    if rows:
        pid, application, state, age = rows[0]
        raise RefusedError(
            f"Process {pid} ({application}, {state}) has had a transaction open for {age:.0f} s"
            " that the plan would wait for.",
            f"Wait for it, or end it: SELECT pg_terminate_backend({pid}).",
            tuple(f"process {row[0]}: {row[1]}, {row[2]}, {row[3]:.0f} s" for row in rows),
        )


def require_close_replicas(session: cursor, policy: Policy) -> None:
    """Raises RefusedError for a replica that is further behind than the policy allows.

    PostgreSQL tells the lag to members of pg_monitor only.
    """
    if not policy.replica_lag:
        return
    session.execute(_LAG, [policy.replica_lag])
    row = session.fetchone()
    if row is not None:
        raise RefusedError(
            f"The replica {row[0]} is {row[1]:.0f} s behind; {policy.replica_lag:g} s are allowed.",
            "Wait until it has caught up.",
        )
