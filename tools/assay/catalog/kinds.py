"""The kinds of objects in a catalog, in the order a person reads them, and where each stands.

Attributes hold only what differs from PostgreSQL's default, so that a newer server's additions change
nothing until somebody uses them. `docs` of a kind names its attributes. Every kind may also have
`comment`, `grants` ("SELECT to reporter", "ALL to app with grant option") and `revoked` (default
privileges taken away: "EXECUTE from public"); the owner's own privileges are not told.

Left out: what is outside the database (roles, tablespaces, settings of the database); owners; user mappings
and subscriptions (they hold passwords); operator classes and families, languages, conversions, transforms,
access methods, base types, text search parsers and templates; security labels; large objects; comments on
extensions (they come with the version); the names of NOT NULL constraints, which PostgreSQL has from 18 on,
and comments on them; what belongs to an extension; temporary objects; system schemas.
"""

from __future__ import annotations

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One kind of object."""

    name: str
    """As PostgreSQL's commands call it, in lower case."""
    docs: str
    """Its attributes."""
    parts: bool = False
    """Has other objects below it, and a heading of its own in a diff."""
    below: bool = False
    """Stands below a table (or view, domain …), which `Key.parent` names."""


_STORED = "options, access_method, tablespace"

_ALL = (
    Kind("extension", "schema; recorded: version"),
    Kind("schema", ""),
    Kind("collation", "definition"),
    Kind(
        "type",
        "shape (enum, composite, range); values; attributes; subtype, opclass, collation, canonical, "
        "subtype_diff, multirange",
    ),
    Kind("domain", "type, collation, not_null, default", parts=True),
    Kind("sequence", "type, options, owned_by, persistence"),
    Kind(
        "table",
        "persistence, partition_key, partition_of, bound, detach_pending, inherits, of_type, toast_options, "
        f"row_security, force_row_security, replica_identity, {_STORED}",
        parts=True,
    ),
    Kind("foreign table", "server, foreign_options, and what a table has", parts=True),
    Kind("view", "definition, options", parts=True),
    Kind("materialized view", f"definition, {_STORED}; recorded: populated", parts=True),
    Kind(
        "column",
        "type, collation, not_null, not_null_not_valid, not_null_no_inherit, default, generated, virtual, "
        "identity, identity_sequence, identity_options, storage, compression, statistics, options, "
        "foreign_options; recorded: position",
        below=True,
    ),
    Kind(
        "constraint",
        "definition, deferrable, initially_deferred, not_valid, not_enforced, triggers (disabled); of its "
        "index: options, tablespace, clustered, replica_identity, invalid",
        below=True,
    ),
    Kind(
        "index",
        "definition, unique, invalid, not_ready, clustered, replica_identity, tablespace, partition_of, "
        "statistics",
        below=True,
    ),
    Kind("trigger", "definition, constraint, enabled (disabled, replica, always)", below=True),
    Kind("rule", "definition, enabled", below=True),
    Kind("policy", "command, restrictive, roles, using, check", below=True),
    Kind("statistics", "kinds, columns, expressions, target", below=True),
    Kind("function", "definition"),
    Kind("procedure", "definition"),
    Kind("aggregate", "definition"),
    Kind("operator", "definition"),
    Kind("cast", "definition"),
    Kind("text search dictionary", "definition"),
    Kind("text search configuration", "parser, mappings"),
    Kind("foreign data wrapper", "handler, validator, foreign_options"),
    Kind("server", "wrapper, type, version, foreign_options (without what looks like a secret)"),
    Kind("publication", "operations, all_tables, via_root, generated_columns, tables, schemas"),
    Kind("event trigger", "event, function, tags, enabled"),
    Kind("default privileges", "grants, revoked"),
)

KINDS = {kind.name: kind for kind in _ALL}
"""By name, in the order in which a person reads them."""

ORDER = {name: place for place, name in enumerate(KINDS)}
"""The place of each kind in that order."""
