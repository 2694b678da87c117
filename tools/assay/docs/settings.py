"""governance.yaml's keys as a Markdown list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assay.docs.schema import governance_schema


def settings() -> str:
    """Every key with its description and default."""
    return "\n".join(_rows(governance_schema()["properties"], ""))


def _rows(properties: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, schema in properties.items():
        yield f"- **`{prefix}{name}`** ({_kind(schema)}){_default(schema)}: {schema.get('description', '')}"
        if schema.get("additionalProperties") is False and "patternProperties" not in schema:
            yield from _rows(schema["properties"], f"{prefix}{name}.")
        elif "properties" in (named := schema.get("additionalProperties") or {}):
            yield from _rows(named["properties"], f"{prefix}{name}.NAME.")
        elif schema.get("items", {}).get("type") == "object":
            yield from _rows(schema["items"]["properties"], f"{prefix}{name}[].")


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " or ".join(f"`{choice}`" for choice in schema["enum"])
    if "patternProperties" in schema:
        (value,) = schema["patternProperties"].values()
        return f"mapping to {_kind(value)}"
    if schema.get("items", {}).get("type") == "object":
        return "list of mappings"
    kinds = {"array": "list of strings", "object": "mapping", "integer": "whole number"}
    return "date" if schema.get("format") == "date" else kinds.get(schema.get("type", ""), "string")


def _default(schema: Mapping[str, Any]) -> str:
    if "default" not in schema:
        return ""
    default = schema["default"]
    values = default if isinstance(default, list) else [default]
    return f", by default {', '.join(f'`{value}`' for value in values)}"
