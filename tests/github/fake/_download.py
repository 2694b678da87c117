"""GitHub's own description of its API, from npm: pinned, checked, and cut down to what the fake speaks."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".cache" / "npm"
PACKAGE = "@octokit/openapi"
VERSION = "23.0.2"
INTEGRITY = "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg=="
"""As the npm registry has it (`npm view @octokit/openapi@23.0.2 dist.integrity`)."""

SCHEMAS = "urn:github"
"""Where the schemas are found by those that refer to them."""


def tarball() -> Path:
    """The package, from the cache or from npm; its hash is checked each time."""
    file = CACHE / f"octokit-openapi-{VERSION}.tgz"
    if not file.is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            done = subprocess.run(
                ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            next(Path(folder).glob("*.tgz")).replace(file)
    digest = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
    assert f"sha512-{digest}" == INTEGRITY, f"{file} is not what was published; remove it"
    return file


def described(product: str, operations: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`paths` and `schemas` of these operations (method, path); `product` is `api.github.com` or `ghes-3.17`."""
    wanted = sorted(operations)
    key = hashlib.sha256(json.dumps([INTEGRITY, wanted]).encode() + Path(__file__).read_bytes())
    file = CACHE / f"{product}-{key.hexdigest()[:16]}.json"
    if not file.is_file():
        cut = _cut(_whole(product), wanted)
        handle, name = tempfile.mkstemp(dir=file.parent if tarball() else None)
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            json.dump(cut, written)
        Path(name).replace(file)
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return content


def _whole(product: str) -> dict[str, Any]:
    with tarfile.open(tarball()) as package:
        member = package.extractfile(f"package/generated/{product}.json")
        assert member is not None
        content: dict[str, Any] = json.load(member)
    return content


def _cut(document: dict[str, Any], wanted: Iterable[tuple[str, str]]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for method, path in wanted:
        operation = document["paths"][path][method.lower()]  # a KeyError: GitHub has no such operation
        kept = {k: operation.get(k) for k in ("parameters", "requestBody", "responses")}
        paths.setdefault(path, {})[method] = _inlined(kept, document)
    schemas: dict[str, Any] = {}
    names = _names(paths) | {"basic-error"}
    while names:
        name = names.pop()
        schemas[name] = _inlined(document["components"]["schemas"][name], document)
        names |= _names(schemas[name]) - schemas.keys()
    return {"paths": paths, "components": {"schemas": schemas}}


def _names(part: Any) -> set[str]:
    """The schemas that something refers to."""
    if isinstance(part, dict):
        own = {part["$ref"].rpartition("/")[2]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(_names, part.values()))
    return set().union(*map(_names, part)) if isinstance(part, list) else set()


def _inlined(part: Any, document: dict[str, Any]) -> Any:
    """JSON Schema out of OpenAPI 3.0: no `nullable`, references to schemas only, no examples."""
    if isinstance(part, list):
        return [_inlined(item, document) for item in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref")
    if isinstance(reference, str):
        if reference.startswith("#/components/schemas/"):
            return {"$ref": f"{SCHEMAS}{reference}"}
        kind, name = reference.split("/")[2:]
        return _inlined(document["components"][kind][name], document)
    plain = {
        k: _inlined(v, document) for k, v in part.items() if k not in ("example", "examples", "nullable")
    }
    return _nullable(plain) if part.get("nullable") is True else plain


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema:
        schema = {**schema, "enum": [*schema["enum"], None]}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
