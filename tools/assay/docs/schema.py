"""JSON Schemas (draft 2020-12), made from the types that read and write the documents."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from enum import Enum
from types import ModuleType, UnionType
from typing import Any, get_args, get_origin

from msgspec import NODEFAULT

from assay._yaml import choices_of, fields_of, is_record

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def dumped(schema: Mapping[str, Any]) -> str:
    """A schema file's text."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def report_schema() -> dict[str, Any]:
    """Of every command's `--format json`."""
    from assay.report import _effects, _json

    return _of_structs("Report of an assay command", _json.ReportDocument, _effects, _json)


def review_schema() -> dict[str, Any]:
    """Of `assay review --format json`."""
    from assay.report import _effects, _json
    from assay.review import model

    return _of_structs("Review of a pull request by assay", model.Review, _effects, _json, model)


def catalog_schema() -> dict[str, Any]:
    """Of `assay schema --format json`."""
    from assay.catalog import document

    return _of_structs("Schema of a database, read by assay", document.CatalogDocument, document)


def diff_schema() -> dict[str, Any]:
    """Of `assay diff --format json`."""
    from assay.catalog import document

    return _of_structs("Difference of two schemas, by assay", document.DiffDocument, document)


def preflight_schema() -> dict[str, Any]:
    """Of `assay preflight --format json`."""
    from assay.preflight import document

    return _of_structs("Questions to real data, by assay", document.PreflightDocument, document)


def drift_schema() -> dict[str, Any]:
    """Of `assay drift --format json`."""
    from assay.drift import model

    return _of_structs("Drift of environments, by assay", model.Report, model)


def promotion_schema() -> dict[str, Any]:
    """Of what `assay environments`, `status`, `ledger`, `plan`, `apply`, `rollback` and `resume` print."""
    from assay.catalog import document
    from assay.cli import environments
    from assay.docs import commands
    from assay.promote import fleet, ledger, model, outcome, state

    own = (document, environments, fleet, ledger, model, outcome, state, commands)
    return _of_structs("Promotion, by assay", commands.PROMOTION, *own)


def scratch_schema() -> dict[str, Any]:
    """Of `assay scratch … --format json`."""
    from assay.docs import commands

    return _of_structs("Scratch servers, by assay", commands.SCRATCH, commands)


def stats_schema() -> dict[str, Any]:
    """Of what `assay stats` writes."""
    from assay import stats
    from assay.docs import commands

    return _of_structs("Sizes of tables, by assay", commands.StatsDocument, stats, commands)


def rules_schema() -> dict[str, Any]:
    """Of `assay explain --format json`."""
    from assay.docs.pages import Page

    text = {"type": "string"}
    notes = attribute_docs(Page)
    page = {f.name: {**text, **_described(notes.get(f.name))} for f in fields(Page)}
    tool = {"name": {"const": "assay"}, "version": text}
    top = {
        "version": {"const": 1},
        "tool": {"type": "object", "properties": tool, "required": list(tool)},
        "command": {"const": "explain"},
        "rules": {"type": "array", "items": {"type": "object", "properties": page, "required": list(page)}},
    }
    return {
        "$schema": DIALECT,
        "title": "Rules of assay",
        "type": "object",
        "properties": top,
        "required": list(top),
    }


def governance_schema() -> dict[str, Any]:
    """Of governance.yaml. Nothing unknown is allowed, as `assay._yaml` has it."""
    from assay.config import Governance

    return {"$schema": DIALECT, "title": "governance.yaml", **_record(Governance)}


def attribute_docs(shape: type) -> dict[str, str]:
    """The strings that stand below a class's fields, by field."""
    (tree,) = ast.parse(inspect.getsource(shape)).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for field, text in zip(tree.body, tree.body[1:], strict=False):
        named = isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if named and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            found[field.target.id] = " ".join(str(text.value.value).split())  # type: ignore[attr-defined]
    return found


def _of_structs(title: str, document: type | Sequence[type], *modules: ModuleType) -> dict[str, Any]:
    """Of a document, or any of several, whose structs stand in `modules`.

    Fields may be added: unknown ones are allowed.
    """
    import msgspec

    documents = [document] if isinstance(document, type) else document

    written = {name: value for module in modules for name, value in vars(module).items()}
    own = {module.__name__ for module in modules}
    tops, parts = msgspec.json.schema_components(documents, ref_template="#/$defs/{name}")
    top = tops[0] if isinstance(document, type) else {"anyOf": list(tops)}
    for name, part in parts.items():
        notes: dict[str, str] = {}
        for shape in reversed(written[name].__mro__):
            notes |= attribute_docs(shape) if shape.__module__ in own else {}
        for field, text in notes.items():
            part["properties"][field] = {**part["properties"][field], "description": text}
    return {"$schema": DIALECT, "title": title, **top, "$defs": parts}


def _record(shape: Any) -> dict[str, Any]:
    notes = attribute_docs(shape)
    properties, required = {}, []
    for name, field in fields_of(shape).items():
        if field.extra.get("internal"):
            continue
        if field.default is NODEFAULT:
            required.append(name)
        value = {**_value(field.hint, field.extra), **_described(notes.get(name))}
        properties[name] = value | _defaulted(field.default)
    return {
        "description": (shape.__doc__ or "").strip(),
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _value(hint: Any, extra: Mapping[str, Any]) -> dict[str, Any]:
    origin = get_origin(hint)
    if origin is UnionType:
        return _value(next(arg for arg in get_args(hint) if arg is not type(None)), extra)
    if is_record(hint):
        return _record(hint)
    if origin is tuple:
        return {"type": "array", "items": _value(get_args(hint)[0], extra)}
    if origin is Mapping:
        return {"type": "object", **_mapping(get_args(hint)[1], extra)}
    if hint is object:
        return {}
    if choices_of(hint):
        return {"enum": list(choices_of(hint))}
    if hint is int:
        return {"type": "integer", "minimum": 0}
    if hint is date:
        return {"type": "string", "format": "date"}
    if "keys" in extra:
        return {
            "anyOf": [{"enum": extra["keys"]()}, {"type": "string", "pattern": f"^({extra['key_pattern']})$"}]
        }
    return {"type": "string", **({"pattern": f"^{extra['pattern']}$"} if "pattern" in extra else {})}


def _mapping(hint: Any, extra: Mapping[str, Any]) -> dict[str, Any]:
    if hint is str:
        return {"additionalProperties": {"type": ["string", "number", "boolean"]}}
    if "keys" not in extra:
        return {"additionalProperties": _value(hint, {})}
    value = _value(hint, {})
    return {
        "properties": dict.fromkeys(extra["keys"](), value),
        "patternProperties": {f"^{extra['key_pattern']}$": value},
        "additionalProperties": False,
    }


def _described(text: str | None) -> dict[str, str]:
    return {"description": text} if text else {}


def _defaulted(default: object) -> dict[str, Any]:
    if isinstance(default, Enum):
        return {"default": default.value}
    if isinstance(default, (str, int)):
        return {"default": default}
    return {"default": list(default)} if isinstance(default, tuple) and default else {}
