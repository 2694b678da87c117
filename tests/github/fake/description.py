"""Holds requests and answers against GitHub's description of its API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4

from ._download import SCHEMAS, described

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FORMATS = FormatChecker(formats=())
"""Only what is checked here; jsonschema leaves formats alone whose checkers are not installed."""
FORMATS.checks("date-time")(lambda value: value is None or bool(_TIME.fullmatch(str(value))))
FORMATS.checks("uri")(lambda value: value is None or bool(re.match(r"https?://[^\s/]+", str(value))))


class ViolationError(AssertionError):
    """A request or an answer that GitHub would never have seen or given."""


class Operation:
    """One method on one path."""

    def __init__(self, method: str, path: str, described: Mapping[str, Any]) -> None:
        self.name = f"{method} {path}"
        self.parameters = {(p["in"], p["name"]): p for p in described["parameters"] or ()}
        self.body = described["requestBody"]
        self.responses = described["responses"]
        self.pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))


class Description:
    """What `product` understands, of the operations (method, path) that are named."""

    def __init__(self, product: str, operations: Iterable[tuple[str, str]]) -> None:
        document = described(product, operations)
        self._schemas = document["components"]["schemas"]
        resource = DRAFT4.create_resource({"components": document["components"]})
        self._registry: Registry[Any] = Registry().with_resource(SCHEMAS, resource)
        self._operations = {
            (method, path): Operation(method, path, operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    def find(self, method: str, path: str) -> tuple[str, Operation, dict[str, str]]:
        """The path as described, what is described there, and what the path's parameters are."""
        for (known, template), operation in self._operations.items():
            match = operation.pattern.fullmatch(path)
            if known == method and match:
                return template, operation, match.groupdict()
        raise ViolationError(f"the fake has no {method} {path}")

    def check_request(
        self, operation: Operation, parts: Mapping[str, str], query: Mapping[str, str], body: object
    ) -> None:
        """Every parameter is known and of its type, the body is as described and holds nothing else."""
        given = {("path", name): value for name, value in parts.items()}
        given |= {("query", name): value for name, value in query.items()}
        for key, value in given.items():
            if key not in operation.parameters:
                raise ViolationError(f"{operation.name} has no parameter {key}")
            schema = operation.parameters[key]["schema"]
            self._check(f"{operation.name}: {key}", _typed(value, schema), schema)
        for key, parameter in operation.parameters.items():
            if parameter.get("required") and key not in given:
                raise ViolationError(f"{operation.name} needs {key}")
        self._check_body(operation, body)

    def _check_body(self, operation: Operation, body: object) -> None:
        if operation.body is None:
            if body is not None:
                raise ViolationError(f"{operation.name} takes no body")
            return
        schema = operation.body["content"]["application/json"]["schema"]
        self._check(f"{operation.name}: body", body, schema)
        assert isinstance(body, dict)
        if unknown := body.keys() - schema["properties"].keys():
            raise ViolationError(f"{operation.name} takes no {sorted(unknown)}")

    def check_answer(
        self, operation: Operation, status: int, headers: Mapping[str, str], content: object
    ) -> None:
        """The status is described, its headers are there, the content is as described."""
        response = operation.responses.get(str(status))
        if response is None and status < 400:
            raise ViolationError(f"{operation.name} never answers {status}")
        schema = self.schema_of(operation, status)
        if schema is None and content is not None:
            raise ViolationError(f"{operation.name} answers {status} with nothing")
        if schema is not None:
            self._check(f"{operation.name}: {status}", content, schema)
        for name in (response or {}).get("headers") or {}:
            if name == "Location" and status in (201, 302) and name not in headers:
                raise ViolationError(f"{operation.name} answers {status} with {name}")

    def schema_of(self, operation: Operation, status: int) -> dict[str, Any] | None:
        """What the content of an answer is; every error that is not described is a basic one."""
        response = operation.responses.get(str(status))
        if response is None or (status >= 400 and "content" not in response):
            return {"$ref": f"{SCHEMAS}#/components/schemas/basic-error"}
        content: dict[str, Any] | None = response.get("content")
        return content["application/json"]["schema"] if content else None

    def _check(self, where: str, value: object, schema: Mapping[str, Any]) -> None:
        validator = Draft4Validator(schema, registry=self._registry, format_checker=FORMATS)
        if errors := [f"{e.json_path}: {e.message[:300]}" for e in validator.iter_errors(value)]:
            raise ViolationError(f"{where}: {'; '.join(errors[:5])}")

    def completed(self, schema: Mapping[str, Any], ours: Any) -> Any:
        """`ours` with everything else that the schema requires: the least of it."""
        schema = self._resolved(schema)
        if isinstance(ours, list):
            return [self.completed(schema["items"], item) for item in ours]
        if not isinstance(ours, dict):
            return ours
        properties = schema.get("properties", {})
        least = {
            name: self._least(properties[name]) for name in schema.get("required", ()) if name in properties
        }
        return least | {
            name: self.completed(properties[name], value) if name in properties else value
            for name, value in ours.items()
        }

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        for combined in ("anyOf", "oneOf", "allOf"):
            if combined in schema:
                return self._resolved(schema[combined][0])
        return schema

    def _least(self, schema: Mapping[str, Any]) -> Any:
        schema = self._resolved(schema)
        kind = schema.get("type", "object")
        if isinstance(kind, list):
            return None
        if "enum" in schema:
            return schema["enum"][0]
        if kind == "string":
            return _STRINGS.get(schema.get("format", ""), "-")
        if kind == "object":
            return self.completed(schema, {})
        return {"array": [], "boolean": False, "integer": 1, "number": 1}[kind]


_STRINGS = {"uri": "https://example.com/", "date-time": "2026-11-01T00:00:00Z", "email": "nobody@example.com"}


def _typed(value: str, schema: Mapping[str, Any]) -> object:
    """A value of a path or query, which is text, as the type that is meant."""
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if schema.get("type") == "boolean" and value in ("true", "false"):
        return value == "true"
    return value
