"""Holds what a command printed to the schema that is published of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

FOLDER = Path(__file__).parent.parent / "docs/schema"


def document(name: str, text: str) -> Any:
    """The document, once `docs/schema/NAME.schema.json` allows it."""
    found = json.loads(text)
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.validate(found, schema, cls=jsonschema.Draft202012Validator)
    return found
