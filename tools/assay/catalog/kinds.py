"""The kinds of objects in a catalog, in the order a person reads them, and where each stands.

Attributes hold only what differs from PostgreSQL's default, so that a newer server's additions change
nothing until somebody uses them. `docs` of a kind names its attributes. Every kind may also have
`comment`, `grants` ("SELECT to reporter", "ALL to app with grant option") and `revoked` (default
privileges taken away: "EXECUTE from public"); the owner's own privileges are not told.

Left out: everything outside the database (roles, tablespaces, settings of the database); owners; user
mappings and subscriptions (they hold passwords); operator classes and families, languages, conversions,
transforms, access methods, base types; security labels; large objects; comments on extensions, rules'
and NOT NULL constraints' names and comments on the latter (PostgreSQL names them from version 18 on);
what belongs to an extension; temporary objects; system schemas.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of object."""

    name: str
    """As PostgreSQL's commands call it, in lower case."""
    docs: str
    """Its attributes."""
    parts: bool = False
    """Has other objects below it, and a heading of its own in a diff."""
    below: bool = False
    """Stands below a table (or view, domain …), which `Key.parent` names."""


_ALL = (
    Kind("extension", "schema; recorded: version"),
    Kind("schema", ""),
    Kind("language", ""),
    Kind("collation", "definition"),
    Kind("type", "definition (shape: `enum`, `composite`, `range`), values of an enum, attributes"),
    Kind("domain", "type, collation, not_null, default", parts=True),
    Kind("sequence", "type, options, owned_by, persistence"),
    Kind("table", "persistence, partition_key, partition_of, bound, inherits, …", parts=True),
    Kind("foreign table", "server, options, and what a table has", parts=True),
    Kind("view", "definition, options", parts=True),
    Kind(
        "materialized view", "definition, options, access_method, tablespace; recorded: populated", parts=True
    ),
    Kind("column", "type, …; recorded: position", below=True),
    Kind("constraint", "definition, not_valid, not_enforced, deferrable, …", below=True),
    Kind("index", "definition, unique, invalid, …", below=True),
    Kind("trigger", "definition, enabled", below=True),
    Kind("rule", "definition, enabled", below=True),
    Kind("policy", "command, permissive, roles, using, check", below=True),
    Kind("statistics", "definition, target", below=True),
    Kind("function", "definition"),
    Kind("procedure", "definition"),
    Kind("aggregate", "definition"),
    Kind("operator", "definition"),
    Kind("cast", "definition"),
    Kind("text search dictionary", "definition"),
    Kind("text search configuration", "definition"),
    Kind("foreign data wrapper", "definition"),
    Kind("server", "definition"),
    Kind("publication", "definition"),
    Kind("event trigger", "definition, enabled"),
    Kind("default privileges", "grants"),
)

KINDS = {kind.name: kind for kind in _ALL}
"""By name, in the order in which a person reads them."""

ORDER = {name: place for place, name in enumerate(KINDS)}
"""The place of each kind in that order."""
