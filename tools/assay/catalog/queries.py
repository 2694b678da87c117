"""The SQL that reads a catalog: one file a kind of object, run where there is such an object.

A file gives rows of kind, schema, name, parent, catalog, OID, column, attributes and what is recorded.
`_comments`, `_privileges` and `_members` give what is put onto such objects; `name.14.sql` stands for
`name.sql` on PostgreSQL 14. Each is wrapped so that its only value is JSON.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"

ALWAYS = ("schemas", "extensions", "_comments", "_privileges", "_members")
"""Cheap, and never empty for long; the census says whether the others are needed."""

OBJECT = (
    "kind, schema, name, parent, class, id, sub, attributes, recorded",
    "kind, schema, name, parent, class::oid::bigint, id::bigint, sub, attributes, recorded",
)
SHAPES = {
    "_comments": ("class, id, sub, comment", "class::bigint, id::bigint, sub, comment"),
    "_census": ("name, found", "name, found"),
    "_counts": ("name, inserted, updated, deleted", "name, inserted, updated, deleted"),
    "_members": ("class, id", "class::bigint, id::bigint"),
    "_privileges": (
        "class, id, sub, basis, grantee, privileges, option",
        "class::bigint, id::bigint, sub, basis, grantee, privileges, option",
    ),
}
"""The columns of a file, and the array made of them."""

OF_RELATIONS = (
    *("relations", "columns", "sequences", "constraints", "indexes"),
    *("triggers", "rules", "policies", "statistics"),
)
"""The files whose objects are relations, or stand below one."""

SELDOM = {
    "triggers": ("pg_trigger", frozenset({"trigger"})),
    "rules": ("pg_rewrite", frozenset({"rule"})),
    "policies": ("pg_policy", frozenset({"policy"})),
    "statistics": ("pg_statistic_ext", frozenset({"statistics"})),
}
"""Of these files the system catalog that their objects are rows of, and the objects' kinds.

`sequences` is none of them: an identity's is told as its column's attributes, and is no object of its own.
"""

_ALL = re.compile(r">= \d+ /\* one of these \*/")
"""In a file: its left side is the relation whose rows these are."""

SETTINGS = {
    "search_path": "pg_catalog, pg_temp",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "jit": "off",
    "lc_monetary": "C",
    "quote_all_identifiers": "off",
    "xmlbinary": "base64",
}
"""Everything in a session that deparsed text depends on, and `jit`, which would take longer than reading."""


SERVER = """
SELECT
    current_setting('server_version_num')::int / 10000,
    md5(concat((SELECT system_identifier FROM pg_control_system()), '@', pg_postmaster_start_time()))
"""
"""The server's major version, and a name for it as long as it runs."""


def pin(settings: Mapping[str, str] = SETTINGS) -> str:
    """Pins the settings until the transaction ends; other statements may follow in the same text."""
    return "SELECT " + ", ".join(_set(name, value) for name, value in settings.items()) + "; "


def _set(name: str, value: str) -> str:
    return f"pg_catalog.set_config('{name}', '{value}', true)"


PREPARED = f"""
SELECT (SELECT coalesce(json_agg(p.name), '[]')::text FROM pg_prepared_statements AS p)
FROM (SELECT {", ".join(_set(name, value) for name, value in SETTINGS.items())}) AS pinned
"""  # noqa: S608 - constants
"""Pins the settings, too, and gives the names of the statements prepared so far, as JSON."""


@lru_cache
def statement(name: str, version: int) -> str:
    """The query of one file, for a server of this major version."""
    special = FOLDER / f"{name}.{version}.sql"
    text = _read(special.stem if special.exists() else name)
    given, wanted = SHAPES.get(name, OBJECT)
    return (
        f"SELECT coalesce(json_agg(json_build_array({wanted})), '[]')::text\nFROM (\n{text}) AS r ({given})"
    )


@lru_cache
def follow(version: int, relations: tuple[str, ...] = OF_RELATIONS) -> str:
    """One row: whether anything but relations may have changed; the OIDs of the relations that may have; what
    each file of `relations` gives of these, then `_privileges`; all of the cheap `_comments` and `_members`.

    $1: relations; $2, $3: the types and the constraints of domains that there were; $4: whether types were
    written; $5: whether to tell also what only gives the name of one of the relations.
    """
    files = (*relations, "_privileges", "_comments", "_members")
    own = (_ALL.sub("= ANY (these.oids)", statement(name, version)) for name in files)
    parts = ",\n".join(("these.strange", "these.oids::bigint[]", *(f"({text})" for text in own)))
    return f"{_read('_touched')}SELECT {parts}\nFROM these"


_OF = {
    "pg_class": "oid",
    "pg_attribute": "attrelid",
    "pg_attrdef": "adrelid",
    "pg_constraint": "unnest(ARRAY[conrelid, confrelid])",
    "pg_index": "indrelid",
    "pg_inherits": "unnest(ARRAY[inhrelid, inhparent])",
    "pg_sequence": "seqrelid",
    "pg_trigger": "tgrelid",
    "pg_rewrite": "ev_class",
    "pg_policy": "polrelid",
    "pg_statistic_ext": "stxrelid",
}
"""The relation that a row of a system catalog belongs to."""

_LOCKED = """
SELECT relation FROM pg_locks
WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def named(written: Collection[str]) -> str:
    """The relations that the transaction locked or, in these system catalogs, wrote a row of, as JSON."""
    wrote = (
        f"SELECT {_OF[name]} FROM {name} WHERE age(xmin) <= 0\n"  # noqa: S608 - constants
        for name in sorted(written)
        if name in _OF
    )
    found = "UNION ".join((_LOCKED, *wrote))
    return f"SELECT coalesce(json_agg(oid::bigint), '[]')::text FROM ({found}) AS named (oid) WHERE oid <> 0"  # noqa: S608


def _read(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text("utf-8")
