"""What is generated is committed, fresh, complete, and true."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest
import yaml
from assay.docs import pages, schema
from assay.docs.__main__ import main
from assay.docs.build import build
from assay.docs.regions import UnknownRegionError, fill
from assay.rules import rules

ROOT = Path(__file__).parents[1]


def test_everything_generated_is_fresh() -> None:
    assert build(ROOT, write=False) == [], "run `python -m assay.docs`"


def test_every_rule_has_a_page() -> None:
    assert {f"{rule.id}.md" for rule in rules()} | {"README.md"} == {
        path.name for path in (ROOT / "docs/rules").iterdir()
    }


@pytest.mark.parametrize("name", ["report", "rules", "governance"])
def test_schemas_are_schemas(name: str) -> None:
    text = (ROOT / f"docs/schema/{name}.schema.json").read_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(text))


def fenced(page: str, language: str) -> str:
    return (ROOT / page).read_text().partition(f"```{language}\n")[2].partition("```")[0]


def test_the_example_of_json_is_valid() -> None:
    jsonschema.validate(json.loads(fenced("docs/json.md", "json")), schema.report_schema())


def test_the_example_of_governance_yaml_is_valid() -> None:
    text = fenced("docs/configuration.md", "yaml").replace(": off ", ": 'off' ")
    jsonschema.validate(yaml.safe_load(text), schema.governance_schema())


def test_every_public_field_is_described() -> None:
    properties = schema.governance_schema()["properties"]
    for part in (properties, properties["alembic"]["properties"]):
        assert [name for name, value in part.items() if not value.get("description")] == []


def test_an_incomplete_page_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    from assay.rules.craft import model_change_without_revision as module

    doc = module.__doc__ or ""
    monkeypatch.setattr(module, "__doc__", doc.replace("## Use instead", "## Instead"))
    from assay.rules import rule

    rule.cache_clear()
    try:
        with pytest.raises(pages.IncompletePageError, match="model-change-without-revision"):
            list(pages.every())
    finally:
        rule.cache_clear()
    assert isinstance(module, ModuleType)


def test_regions() -> None:
    page = "a\n<!-- generated: x -->\nold\n<!-- /generated -->\nb\n"
    once = fill(page, {"x": "new"})
    assert once == "a\n<!-- generated: x -->\n\nnew\n\n<!-- /generated -->\nb\n"
    assert fill(once, {"x": "new"}) == once
    with pytest.raises(UnknownRegionError, match="there is no region `x`; there are y"):
        fill(page, {"y": ""})


def test_stale_missing_and_superfluous_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([]) == 0
    assert main(["--check"]) == 0
    (tmp_path / "docs/rules/gone.md").write_text("")
    (tmp_path / "docs/rules/multiple-heads.md").write_text("")
    capsys.readouterr()
    assert main(["--check"]) == 1
    assert capsys.readouterr().err == (
        "stale: docs/rules/multiple-heads.md\nstale: docs/rules/gone.md\n"
        "Run `python -m assay.docs` and commit what it writes.\n"
    )
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert main(["--nonsense"]) == 2
