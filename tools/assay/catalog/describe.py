"""Objects and attributes in a person's words."""

from __future__ import annotations

import re

from assay.catalog.model import Object, Value

SHORT_TYPES = {
    "character varying": "varchar",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
    "double precision": "float8",
}
_LONG = re.compile(r"\b(character varying|(timestamp|time)(\(\d\))? with(out)? time zone|double precision)")

WORDS = {
    "not_null": ("nullable", "not null"),
    "not_null_not_valid": ("valid", "not valid"),
    "not_valid": ("valid", "not valid"),
    "invalid": ("valid", "invalid"),
    "not_ready": ("ready", "not ready"),
    "not_enforced": ("enforced", "not enforced"),
    "initially_deferred": ("initially immediate", "initially deferred"),
    "restrictive": ("permissive", "restrictive"),
    "unique": ("not unique", "unique"),
    "virtual": ("stored", "virtual"),
    "deferrable": ("not deferrable", "deferrable"),
    "persistence": ("logged", "unlogged"),
    "not_null_no_inherit": ("inherited", "not inherited"),
    "clustered": ("not clustered", "clustered"),
}
"""What the absence and the presence of an attribute are called."""

ABSENT = {
    "enabled": "enabled",
    "triggers": "triggers enabled",
    "generated": "not generated",
    "storage": "default storage",
    "collation": "default collation",
    "compression": "default compression",
    "statistics": "default statistics",
    "target": "default target",
    "type": "bigint",
    "operations": "all operations",
    "owned_by": "owned by none",
    "partition_of": "no partition",
    "roles": "roles public",
}
"""What the absence of an attribute is called where `no …` would be wrong."""

MULTILINE = ("definition",)


def short_type(text: str) -> str:
    """`varchar(50)` for `character varying(50)`, and so on; anything else as it is."""
    return _LONG.sub(_shortened, text)


def _shortened(match: re.Match[str]) -> str:
    precision = match[3] or ""
    return SHORT_TYPES[match[0].replace(precision, "") if precision else match[0]] + precision


def phrase(attribute: str, value: Value | None) -> str:
    """The attribute's value as it is said in a sentence: `not null`, `default 0`, `no comment`."""
    label = attribute.replace("_", " ")
    if attribute in WORDS:
        return WORDS[attribute][value is not None]
    if isinstance(value, bool) or (value is None and attribute in FLAGS):
        return label if value else f"no {label}"
    if value is None:
        return ABSENT.get(attribute, f"no {label}")
    if attribute == "comment":
        return f"comment {literal(str(value))}"
    if attribute == "type":
        return short_type(str(value))
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return text if attribute in BARE else f"{label} {text}"


FLAGS = ("row_security", "force_row_security", "all_tables", "via_root", "detach_pending")
BARE = ("definition", "bound", "enabled", "command", "restrictive")


def summary(item: Object) -> str:
    """What stands behind the name of a new object: a column's type, a constraint's text."""
    given = dict(item.attributes)
    if given.get("identity_sequence") == f"{item.key.parent}_{item.key.name}_seq":
        del given["identity_sequence"]
    parts = []
    if item.key.kind == "index" and given.pop("unique", ""):
        parts.append("unique")
    if item.key.kind == "type":
        parts.append(str(given.pop("shape")))
    for name in ("type", "definition", "values", "attributes"):
        if name in given:
            parts.append(_inline(name, given.pop(name)))
    return " ".join([*parts, *(_inline(name, value) for name, value in sorted(given.items(), key=_rank))])


def _inline(name: str, value: Value) -> str:
    if name in ("values", "attributes"):
        assert isinstance(value, tuple)
        return "(" + ", ".join(map(literal, value) if name == "values" else map(short_type, value)) + ")"
    return "" if name in MULTILINE and "\n" in str(value) else phrase(name, value)


def _rank(item: tuple[str, Value]) -> tuple[int, str]:
    name = item[0]
    last = ("using", "check", "grants", "revoked", "comment")
    first = ("restrictive", "command")
    return last.index(name) + 1 if name in last else -(name in first), name


def literal(text: str) -> str:
    """The text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
