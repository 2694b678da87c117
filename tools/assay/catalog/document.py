"""Snapshots and diffs as JSON documents. The structs are the format."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from assay import __version__
from assay.catalog.ddl import as_ddl
from assay.catalog.diff import CatalogDiff, Change
from assay.catalog.model import Catalog, Key, Object, Value
from assay.errors import UsageError

FORMAT_VERSION: Literal[1] = 1


class ToolDocument(msgspec.Struct):
    """The program that wrote the document."""

    name: Literal["assay"] = "assay"
    version: str = __version__


class KeyDocument(msgspec.Struct):
    """What an object is called."""

    kind: str
    schema: str
    """Empty for what stands in no schema."""
    name: str
    parent: str
    """The table, view or domain it stands below; empty for what stands alone."""


class ObjectDocument(KeyDocument):
    """One object of a schema."""

    attributes: dict[str, bool | int | str | list[str]]
    """What defines it; what is PostgreSQL's default is absent."""
    recorded: dict[str, bool | int | str | list[str]]
    """What is known and does not count in the fingerprint."""


class CatalogDocument(msgspec.Struct):
    """A snapshot of a schema: what `assay schema --format json` prints."""

    version: Literal[1]
    """Of this format."""
    tool: ToolDocument
    command: Literal["schema"]
    fingerprint: str
    """SHA-256 of every key and attribute; the same for the same schema on every server."""
    objects: list[ObjectDocument]
    """Sorted by schema, table, kind and name."""


class AttributeDocument(msgspec.Struct):
    """One attribute that changed; null where it is PostgreSQL's default."""

    name: str
    before: bool | int | str | list[str] | None
    after: bool | int | str | list[str] | None


class ChangeDocument(KeyDocument):
    """What happened to one object."""

    action: Literal["added", "removed", "changed", "renamed"]
    before: KeyDocument | None
    """Where it was called something else, what; null otherwise."""
    attributes: list[AttributeDocument]
    implied: bool
    """Follows from another change."""
    ddl: str
    """For reading; it is not run."""


class DiffDocument(msgspec.Struct):
    """What `assay diff --format json` prints."""

    version: Literal[1]
    """Of this format."""
    tool: ToolDocument
    command: Literal["diff"]
    before: str
    """The fingerprint of the first catalog."""
    after: str
    """The fingerprint of the second catalog."""
    changes: list[ChangeDocument]
    """Sorted by schema, table, kind and name."""


def catalog_document(catalog: Catalog) -> dict[str, Any]:
    """A snapshot, for `json.dumps`: stable, and without anything of the server's it came from."""
    objects = [object_document(item) for item in catalog.values()]
    document = CatalogDocument(FORMAT_VERSION, ToolDocument(), "schema", catalog.fingerprint, objects)
    return msgspec.to_builtins(document)  # type: ignore[no-any-return]


def load_catalog(text: str | bytes) -> Catalog:
    """The catalog of a snapshot's text. UsageError where it is none, or was edited by hand."""
    advice = "Write one with `assay schema --format json > snapshot.json`."
    try:
        document = msgspec.json.decode(text, type=CatalogDocument)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UsageError(f"This is no snapshot of a schema ({error}).", advice) from error
    catalog = Catalog(object_of(item) for item in document.objects)
    if catalog.fingerprint != document.fingerprint:
        raise UsageError("The snapshot does not have the fingerprint that it states: it was changed.", advice)
    return catalog


def diff_document(changes: CatalogDiff, before: Catalog, after: Catalog) -> dict[str, Any]:
    """A diff, for `json.dumps`."""
    told = [_change(change) for change in changes]
    document = DiffDocument(
        FORMAT_VERSION, ToolDocument(), "diff", before.fingerprint, after.fingerprint, told
    )
    return msgspec.to_builtins(document)  # type: ignore[no-any-return]


def object_document(item: Object) -> ObjectDocument:
    """One object of a snapshot."""
    return ObjectDocument(
        **_key(item.key), attributes=_plain(item.attributes), recorded=_plain(item.recorded)
    )


def object_of(document: ObjectDocument) -> Object:
    """The object that a snapshot tells of; its key may be none that a server has."""
    return Object(key_of(document), _values(document.attributes), _values(document.recorded))


def key_document(key: Key) -> KeyDocument:
    """What an object is called, in a document."""
    return KeyDocument(**_key(key))


def key_of(document: KeyDocument) -> Key:
    """The key that a document tells."""
    return Key(document.kind, document.schema, document.name, document.parent)


def _change(change: Change) -> ChangeDocument:
    moved = change.before is not None and change.after is not None and change.before.key != change.after.key
    return ChangeDocument(
        **_key(change.key),
        action=change.action,
        before=KeyDocument(**_key(change.before.key)) if change.before and moved else None,
        attributes=[
            AttributeDocument(a.name, _plain_value(a.before), _plain_value(a.after))
            for a in change.attributes
        ],
        implied=change.implied,
        ddl=as_ddl(change),
    )


def _key(key: Key) -> dict[str, str]:
    return {"kind": key.kind, "schema": key.schema, "name": key.name, "parent": key.parent}


def _plain(values: Any) -> dict[str, Any]:
    return {name: _plain_value(values[name]) for name in sorted(values)}


def _plain_value(value: Value | None) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _values(values: dict[str, bool | int | str | list[str]]) -> dict[str, Value]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
