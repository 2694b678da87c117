"""The statement that would make an object, for reading."""

from __future__ import annotations

from assay.catalog.describe import literal, short_type
from assay.catalog.model import HOME, Key, Object
from assay.catalog.wording import quoted


def path_of(key: Key | None) -> str:
    """The name as one writes it in SQL; `public` is left out."""
    if key is None:
        return ""
    name = key.name if "(" in key.name or " " in key.kind else quoted(key.name)
    return name if key.schema in ("", HOME) else f"{quoted(key.schema)}.{name}"


def table_of(key: Key, parent: Key | None) -> str:
    """`TABLE companies`, or whatever the object stands below."""
    found = parent or Key("table", key.schema, key.parent)
    return f"{found.kind.upper()} {path_of(found)}"


def create(item: Object, parent: Key | None) -> str:
    """The object's statement, without its comment and its privileges."""
    key, definition = item.key, item.text("definition")
    kind, name = key.kind.upper(), quoted(key.name)
    if key.kind == "column":
        return f"ALTER {table_of(key, parent)} ADD COLUMN {column(item)}"
    if key.kind == "constraint":
        return f"ALTER {table_of(key, parent)} ADD CONSTRAINT {name} {definition}{_marks(item)}"
    if key.kind == "index":
        unique = "UNIQUE " if item.get("unique") else ""
        return f"CREATE {unique}INDEX {name} ON {path_of(parent)} USING {definition}"
    if key.kind in ("trigger", "rule"):
        link = " AS" if key.kind == "rule" else ""
        return f"CREATE {kind} {name}{link} {definition}"
    if key.kind in ("function", "procedure"):
        return definition
    if key.kind in ("view", "materialized view"):
        return f"CREATE {kind} {path_of(key)} AS\n{definition}"
    special = {"type": _type, "domain": _domain, "policy": _policy, "table": _table, "sequence": _sequence}
    if key.kind in special:
        return special[key.kind](item, parent)
    rest = definition or "; ".join(
        f"{n} {_shown(v)}" for n, v in sorted(item.attributes.items()) if n not in EXTRAS
    )
    return f"CREATE {kind} {path_of(key)} {rest}".rstrip()


EXTRAS = ("comment", "grants", "revoked")


def column(item: Object) -> str:
    """The column as it stands in CREATE TABLE."""
    parts = [quoted(item.key.name), short_type(item.text("type"))]
    if "collation" in item.attributes:
        parts.append(f"COLLATE {item.text('collation')}")
    if "generated" in item.attributes:
        parts.append(
            f"GENERATED ALWAYS AS ({item.text('generated')}) {'VIRTUAL' if item.get('virtual') else 'STORED'}"
        )
    if "identity" in item.attributes:
        parts.append(f"GENERATED {item.text('identity').upper()} AS IDENTITY")
    if "default" in item.attributes:
        parts.append(f"DEFAULT {item.text('default')}")
    if item.get("not_null") and "identity" not in item.attributes:
        parts.append("NOT NULL")
    return " ".join(parts)


def _marks(item: Object) -> str:
    marks = (
        ("deferrable", " DEFERRABLE"),
        ("initially_deferred", " INITIALLY DEFERRED"),
        ("not_enforced", " NOT ENFORCED"),
        ("not_valid", " NOT VALID"),
    )
    return "".join(text for name, text in marks if item.get(name))


def _table(item: Object, _: Key | None) -> str:
    text = f"CREATE {'UNLOGGED ' if item.get('persistence') else ''}TABLE {path_of(item.key)}"
    if item.get("partition_of"):
        text += f" PARTITION OF {item.text('partition_of')} {item.text('bound')}"
    if item.get("partition_key"):
        text += f" PARTITION BY {item.text('partition_key')}"
    return text


def _type(item: Object, _: Key | None) -> str:
    shape, start = item.get("shape"), f"CREATE TYPE {path_of(item.key)} AS"
    values = item.get("values") or item.get("attributes") or ()
    assert isinstance(values, tuple)
    if shape == "enum":
        return f"{start} ENUM ({', '.join(map(literal, values))})"
    if shape == "composite":
        return f"{start} ({', '.join(map(short_type, values))})"
    return f"{start} RANGE (SUBTYPE = {short_type(item.text('subtype'))})"


def _domain(item: Object, _: Key | None) -> str:
    default = f" DEFAULT {item.text('default')}" if item.get("default") else ""
    null = " NOT NULL" if item.get("not_null") else ""
    return f"CREATE DOMAIN {path_of(item.key)} AS {short_type(item.text('type'))}{default}{null}"


def _sequence(item: Object, _: Key | None) -> str:
    kind = f" AS {item.text('type')}" if item.get("type") else ""
    owner = f" OWNED BY {item.text('owned_by')}" if item.get("owned_by") else ""
    return f"CREATE SEQUENCE {path_of(item.key)}{kind} {item.text('options')}".rstrip() + owner


def _policy(item: Object, parent: Key | None) -> str:
    text = f"CREATE POLICY {quoted(item.key.name)} ON {path_of(parent)}"
    if item.get("restrictive"):
        text += " AS RESTRICTIVE"
    if item.get("command"):
        text += f" FOR {item.text('command').upper()}"
    if item.get("roles"):
        text += f" TO {_shown(item.get('roles'))}"
    if item.get("using"):
        text += f" USING {_wrapped(item.text('using'))}"
    return text + (f" WITH CHECK {_wrapped(item.text('check'))}" if item.get("check") else "")


def _wrapped(expression: str) -> str:
    return expression if expression.startswith("(") else f"({expression})"


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
