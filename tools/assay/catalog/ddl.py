"""A change as lines of DDL, for reading: it is no script, and nothing runs it."""

from __future__ import annotations

from collections.abc import Iterator

from assay.catalog.create import create, path_of, table_of
from assay.catalog.describe import literal, phrase, short_type
from assay.catalog.diff import AttributeChange, Change
from assay.catalog.model import Key, Object, Value
from assay.catalog.wording import quoted

_OF_TABLE = ("column", "constraint")
_ON_TABLE = ("trigger", "rule", "policy")
_SWITCHES = {
    "row_security": ("DISABLE ROW LEVEL SECURITY", "ENABLE ROW LEVEL SECURITY"),
    "force_row_security": ("NO FORCE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"),
    "persistence": ("SET LOGGED", "SET UNLOGGED"),
}


def as_ddl(change: Change) -> str:
    """For instance `ALTER TABLE companies ADD COLUMN website text`; a line an attribute."""
    before, after = change.before, change.after
    if before is None:
        assert after is not None
        return "\n".join([create(after, change.parent), *_extras(after, change.parent)])
    if after is None:
        return _drop(before.key, change.parent)
    lines = list(_rename(before.key, after.key, change.parent)) if change.action == "renamed" else []
    return "\n".join(lines + [line for part in change.told for line in _alter(after, change.parent, part)])


def _extras(item: Object, parent: Key | None) -> Iterator[str]:
    for name in ("comment", "grants", "revoked"):
        if name in item.attributes:
            yield from _alter(item, parent, AttributeChange(name, None, item.attributes[name]))


def _drop(key: Key, parent: Key | None) -> str:
    kind = key.kind.upper()
    if key.kind in _OF_TABLE:
        return f"ALTER {table_of(key, parent)} DROP {kind} {quoted(key.name)}"
    if key.kind in _ON_TABLE:
        return f"DROP {kind} {quoted(key.name)} ON {path_of(parent)}"
    return f"DROP {kind} {path_of(key)}"


def _rename(old: Key, new: Key, parent: Key | None) -> Iterator[str]:
    if old.kind in _OF_TABLE:
        names = f"{old.kind.upper()} {quoted(old.name)} TO {quoted(new.name)}"
        yield f"ALTER {table_of(new, parent)} RENAME {names}"
        return
    where = f" ON {path_of(parent)}" if old.kind in _ON_TABLE else ""
    subject = f"ALTER {old.kind.upper()} {quoted(old.name) if where else path_of(old)}{where}"
    if old.name != new.name:
        yield f"{subject} RENAME TO {quoted(new.name.partition('(')[0] if '(' in new.name else new.name)}"
    if old.schema != new.schema:
        yield f"{subject} SET SCHEMA {quoted(new.schema)}"


def _alter(item: Object, parent: Key | None, part: AttributeChange) -> Iterator[str]:
    key = item.key
    if part.name == "comment":
        text = "NULL" if part.after is None else literal(str(part.after))
        yield f"COMMENT ON {_subject(key, parent)} IS {text}"
    elif part.name in ("grants", "revoked"):
        yield from _privileges(key, part)
    elif key.kind == "column":
        yield f"ALTER {table_of(key, parent)} ALTER COLUMN {quoted(key.name)} {_column(part)}"
    elif part.name == "not_valid" and part.after is None:
        yield f"ALTER {table_of(key, parent)} VALIDATE CONSTRAINT {quoted(key.name)}"
    elif part.name == "values":
        yield from _values(key, part)
    elif part.name in _SWITCHES:
        yield f"ALTER {_subject(key, parent)} {_SWITCHES[part.name][part.after is not None]}"
    elif part.name == "definition" and key.kind in ("view", "function", "procedure"):
        yield create(item, parent).replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)
    elif part.name == "definition":
        yield f"{_drop(key, parent)}\n{create(item, parent)}"
    else:
        yield f"ALTER {_subject(key, parent)}: {_told(part)}"


def _subject(key: Key, parent: Key | None) -> str:
    if key.kind == "column":
        return f"COLUMN {path_of(parent)}.{quoted(key.name)}"
    if parent is not None and key.kind in (*_OF_TABLE, *_ON_TABLE):
        return f"{key.kind.upper()} {quoted(key.name)} ON {path_of(parent)}"
    return f"{key.kind.upper()} {path_of(key)}"


def _column(part: AttributeChange) -> str:
    value = part.after
    if part.name == "type":
        return f"TYPE {short_type(str(value))}"
    if part.name == "not_null":
        return "SET NOT NULL" if value else "DROP NOT NULL"
    if part.name in ("default", "identity", "generated") and value is None:
        return f"DROP {'EXPRESSION' if part.name == 'generated' else part.name.upper()}"
    if part.name == "identity":
        kind = f"GENERATED {str(value).upper()}"
        return f"SET {kind}" if part.before else f"ADD {kind} AS IDENTITY"
    if part.name in ("default", "storage", "compression", "statistics"):
        return f"SET {part.name.upper()} {'DEFAULT' if value is None else value}"
    return _told(part)


def _told(part: AttributeChange) -> str:
    return f"{phrase(part.name, part.before)} → {phrase(part.name, part.after)}"


def _values(key: Key, part: AttributeChange) -> Iterator[str]:
    from assay.catalog.text import enum_changes

    for line in enum_changes(_entries(part.before), _entries(part.after)):
        yield f"ALTER TYPE {path_of(key)}: {line}"


def _privileges(key: Key, part: AttributeChange) -> Iterator[str]:
    before, after = _entries(part.before), _entries(part.after)
    column = f" ({quoted(key.name)})" if key.kind == "column" else ""
    where = (
        f"{key.parent and quoted(key.parent)}" if key.kind == "column" else f"{_granted(key)}{path_of(key)}"
    )
    taken = part.name == "revoked"
    for entries, others, give in ((before, after, taken), (after, before, not taken)):
        for entry in entries:
            if entry not in others:
                what, _, who = entry.replace(" from ", " to ", 1).partition(" to ")
                verb, link = ("GRANT", "TO") if give else ("REVOKE", "FROM")
                yield f"{verb} {what}{column} ON {where} {link} {who}"


def _granted(key: Key) -> str:
    kind = {
        "foreign table": "",
        "table": "",
        "view": "",
        "materialized view": "",
        "server": "FOREIGN SERVER ",
    }
    return kind.get(key.kind, f"{key.kind.upper()} ")


def _entries(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
