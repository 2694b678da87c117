"""The SQL that people wrote in the revisions passes every rule of sqlfluff."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlfluff.core import FluffConfig, Linter

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
NAMES = {"table": "companies", "column": "reporting_quarter"}


def _statements(path: Path) -> dict[str, str]:
    """Named blocks, and one-liners given to `op.execute`."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))) if "\n" in text:
                found[name] = text.format(**NAMES) if "{" in text else text
            case ast.Call(func=ast.Attribute(attr="execute"), args=[ast.Constant(value=str(text))]):
                found[f"line {node.lineno}"] = text
    return found


CASES = [
    pytest.param(text, id=f"{path.stem} {name}")
    for path in sorted(VERSIONS.glob("*.py"))
    for name, text in _statements(path).items()
]


@pytest.fixture(scope="module")
def linter() -> Linter:
    return Linter(config=FluffConfig(overrides={"dialect": "postgres", "templater": "raw"}))


@pytest.mark.parametrize("text", CASES)
def test_written_sql_is_clean(text: str, linter: Linter) -> None:
    violations = linter.lint_string(text.strip() + ";\n").get_violations()
    assert [(item.rule_code(), item.line_no, item.desc()) for item in violations] == []
