"""governance.yaml: what is read, and how each mistake is told."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml
from assay.config import Governance, Limits, apply_policy, load_governance
from assay.docs.schema import governance_schema
from assay.errors import UsageError
from assay.model import Finding, Severity


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(project: Path, text: str | bytes) -> Governance:
    data = text.encode() if isinstance(text, str) else text
    (project / "governance.yaml").write_bytes(data)
    return load_governance(project, project)


FULL = """
base: origin/main
fail_on: warning
rules: {craft: off, LT01: warning, multiple-heads: note}
models: [app/models/*.py]
alembic:
  config: backend/alembic.ini
  name: other
  script_location: db
  version_locations: [a, b]
  x: {tenant: 007, debug: yes}
  attributes: {depth: 3, tags: [a]}
  boot: app.main:create
  env: built-in
postgresql: ["15", "18"]
scratch: {url_env: SCRATCH}
baseline: {file: db/schema.sql, revision: abc}
limits: {small_rows: 500, statements: 20}
waivers:
  - {rule: multiple-heads, revision: "007", reason: ten rows, owner: "@data", expires: "2027-01-31"}
  - rule: layout.spacing
    path: migrations/versions/2023_*.py
    reason: as the vendor wrote it
    owner: platform
    expires: "2027-06-30"
environments:
  staging: {url_env: STAGING_URL}
  production: {url_env: PRODUCTION_URL}
"""


def test_reads_every_key(project: Path) -> None:
    governance = load(project, FULL)
    assert governance.base == "origin/main"
    assert governance.fail_on is Severity.WARNING
    assert governance.rules == {"craft": "off", "LT01": "warning", "multiple-heads": "note"}
    assert governance.models == ("app/models/*.py",)
    assert governance.path == project / "governance.yaml"
    alembic = governance.alembic
    assert (alembic.config, alembic.name, alembic.script_location) == ("backend/alembic.ini", "other", "db")
    assert alembic.version_locations == ("a", "b")
    assert alembic.x == {"tenant": "007", "debug": "yes"}, "as written, not as YAML reads it"
    assert alembic.attributes == {"depth": 3, "tags": ["a"]}
    assert (alembic.boot, alembic.env) == ("app.main:create", "built-in")
    assert governance.limits == Limits(small_rows=500, statements=20, tables=10)
    first, second = governance.waivers
    assert (first.rule, first.revision, first.path, first.line) == ("multiple-heads", "007", None, 20)
    assert (first.reason, first.owner, first.expires) == ("ten rows", "@data", date(2027, 1, 31))
    assert (second.rule, second.path, second.line) == ("layout.spacing", "migrations/versions/2023_*.py", 21)
    assert governance.postgresql == ("15", "18")
    assert governance.scratch.url_env == "SCRATCH"
    named = [(name, each.url_env) for name, each in governance.environments.items()]
    assert named == [("staging", "STAGING_URL"), ("production", "PRODUCTION_URL")], "in their order"
    assert (governance.baseline.file, governance.baseline.revision) == ("db/schema.sql", "abc")


def test_a_database_of_a_fleet_has_the_fleets_name_before_its_own(project: Path) -> None:
    governance = load(project, f"{FLEET[:-1]}, staging: {{url_env: STAGING_URL}}}}")
    assert governance.variables() == {
        "production.eu": "EU_URL",
        "production.canary": "CANARY_URL",
        "staging": "STAGING_URL",
    }


def test_versions_need_no_quotes(project: Path) -> None:
    assert load(project, "postgresql: [15, 18]").postgresql == ("15", "18")


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "rules:\nmodels:\n", "\ufeffrules: {}\n"])
def test_what_says_nothing_is_the_default(project: Path, text: str) -> None:
    governance = load(project, text)
    assert governance == Governance(path=project / "governance.yaml")


def test_no_file_is_the_default(project: Path) -> None:
    assert load_governance(project, project) == Governance()


def test_the_nearest_file_up_to_the_top_level_counts(project: Path) -> None:
    inner = project / "a" / "b"
    inner.mkdir(parents=True)
    (project / "governance.yaml").write_text("base: outside\n")
    assert load_governance(inner, project / "a") == Governance()
    assert load_governance(inner, project).base == "outside"
    (project / "a" / "governance.yaml").write_text("base: near\n")
    assert load_governance(inner, project).base == "near"


def test_a_link_to_nowhere_is_not_overlooked(project: Path) -> None:
    (project / "governance.yaml").symlink_to(project / "gone.yaml")
    with pytest.raises(UsageError, match=r"governance.yaml cannot be read: No such file"):
        load_governance(project, project)


WAIVER = "waivers:\n- rule: LT01\n  reason: kept\n  owner: me\n  expires: 2027-01-31\n  revision: a\n"

FLEET = (
    "environments: {production: {databases: {eu: {url_env: EU_URL}, canary: {url_env: CANARY_URL}}, "
    "canaries: [canary], max_parallel: 2}}"
)

MISTAKES = {
    "unknown key": ("fail-on: x", 1, "there is no key `fail-on`.", "Did you mean `fail_on`?"),
    "nothing alike": (
        "\nzebra: 1",
        2,
        "there is no key `zebra`.",
        (
            "Known here: alembic, base, fail_on, rules, models, postgresql, scratch, baseline, limits, environments, "
            "waivers."
        ),
    ),
    "nested key": (
        "alembic:\n  script-location: x",
        2,
        "there is no key `alembic.script-location`.",
        "Did you mean `script_location`?",
    ),
    "choice": ("fail_on: bad", 1, "`fail_on` must be `note`, `warning` or `error`, not `bad`.", None),
    "list": ("models: a", 1, "`models` must be a list, not `a`.", None),
    "string": ("models:\n- {a: b}", 2, "`models[0]` must be a string, not a mapping.", None),
    "mapping": ("alembic: [1]", 1, "`alembic` must be a mapping, not a list.", None),
    "nothing": ("alembic:\n  x:\n    a:", 3, "`alembic.x.a` must be a string, not nothing.", None),
    "version": (
        "postgresql: [13]",
        1,
        "`postgresql[0]` must be a major version of PostgreSQL, 14 to 18, not `13`.",
        None,
    ),
    "file": ("- a", 1, "the file must be a mapping, not a list.", None),
    "boot": (
        "alembic: {boot: nope}",
        1,
        "`alembic.boot` must be `package.module:callable` or `file.py:callable`, not `nope`.",
        None,
    ),
    "rule": (
        "rules:\n  multiple_heads: off",
        2,
        "there is no rule or group `multiple_heads`.",
        "Did you mean `multiple-heads`?",
    ),
    "no rule alike": (
        "rules: {zebra: off}",
        1,
        "there is no rule or group `zebra`.",
        "`assay explain` lists them; sqlfluff's codes look like `LT01`.",
    ),
    "level": (
        "rules: {craft: fatal}",
        1,
        "`rules.craft` must be `off`, `note`, `warning` or `error`, not `fatal`.",
        None,
    ),
    "duplicate": (
        "base: a\n\nbase: b",
        3,
        "`base` stands here a second time; the first is on line 1.",
        "Keep one of the two.",
    ),
    "not yaml": (
        "base: a\nmodels: [",
        3,
        "not valid YAML: did not find expected node content.",
        "Mend the line.",
    ),
    "not utf-8": (b"base: a\n# \xe9\n", 2, "not UTF-8.", "Save the file in UTF-8."),
    "control character": (b"base: a\x01", 1, "control characters are not allowed.", "Remove the character."),
    "python object": (
        "alembic:\n  attributes:\n    a: !!python/object:os.system {}",
        3,
        (
            "not valid YAML: could not determine a constructor for the tag "
            "'tag:yaml.org,2002:python/object:os.system'."
        ),
        "Mend the line.",
    ),
    "two documents": ("base: a\n---\nbase: b", 2, "not valid YAML: but found another document.", None),
    "no number": ("limits: {tables: many}", 1, "`limits.tables` must be a whole number, not `many`.", None),
    "negative": ("limits:\n  tables: -1", 2, "`limits.tables` must be a whole number, not `-1`.", None),
    "unknown limit": (
        "limits: {table: 1}",
        1,
        "there is no key `limits.table`.",
        "Did you mean `tables`?",
    ),
    "waived rule": (
        WAIVER.replace("LT01", "unused-waivers"),
        2,
        "there is no rule `unused-waivers`.",
        "Did you mean `unused-waiver`?",
    ),
    "waived group": (
        WAIVER.replace("LT01", "availability"),
        2,
        "there is no rule `availability`.",
        "`assay explain` lists them; sqlfluff's look like `LT01` or `layout.spacing`.",
    ),
    "no reason": (
        WAIVER.replace("  reason: kept\n", ""),
        2,
        "`waivers[0]` has no `reason`.",
        "Give it one; see docs/configuration.md.",
    ),
    "no word in the reason": (
        WAIVER.replace("kept", "..."),
        3,
        "`waivers[0].reason` must be a sentence that says why, not `...`.",
        None,
    ),
    "no owner": (WAIVER.replace("  owner: me\n", ""), 2, "`waivers[0]` has no `owner`.", None),
    "no last day": (WAIVER.replace("  expires: 2027-01-31\n", ""), 2, "`waivers[0]` has no `expires`.", None),
    "no such day": (
        WAIVER.replace("01-31", "06-31"),
        5,
        "`waivers[0].expires` must be a date such as 2027-01-31, not `2027-06-31`.",
        None,
    ),
    "no scope": (
        WAIVER.replace("  revision: a\n", ""),
        2,
        "`waivers[0]` needs `revision` or `path`: what it is about.",
        None,
    ),
    "environment without a URL": (
        "environments:\n  staging: {}",
        2,
        "`environments.staging` needs `url_env` or `databases`, and not both.",
        None,
    ),
    "fleet with a URL of its own": (
        FLEET.replace("{databases", "{url_env: A, databases"),
        1,
        "`environments.production` needs `url_env` or `databases`, and not both.",
        None,
    ),
    "canary that is none": (
        FLEET.replace("[canary]", "[cannary]"),
        1,
        "`environments.production` has no database `cannary` to be a canary.",
        "Did you mean `canary`?",
    ),
    "waves of one database": (
        "environments: {staging: {url_env: A, wave: 2}}",
        1,
        "`environments.staging` is no fleet: `canaries` and `wave` are of `databases`.",
        None,
    ),
    "no database at once": (
        FLEET.replace("max_parallel: 2", "max_parallel: 0"),
        1,
        "`environments.production` has a `max_parallel` of 0, with which nothing is done.",
        "Make it 1 or more.",
    ),
    "database of an odd name": (
        FLEET.replace("eu:", "e.u:"),
        1,
        "`environments.production` has a database `e.u`, where letters, digits, _ and - make a name.",
        None,
    ),
    "database without a URL": (
        FLEET.replace("{url_env: EU_URL}", "{}"),
        1,
        "`environments.production.databases.eu` has no `url_env`.",
        None,
    ),
    "a URL where a variable's name belongs": (
        "environments: {staging: {url_env: 'postgresql://u:hunter2@h/d'}}",
        1,
        "`environments.staging.url_env` must be the name of an environment variable, not `postgresql://***@h/d`.",
        None,
    ),
    "bad date": ("alembic: {attributes: {a: 2024-13-45}}", 1, "month must be in 1..12.", None),
}


@pytest.mark.parametrize(("text", "line", "fact", "advice"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line(
    project: Path, text: str | bytes, line: int, fact: str, advice: str | None
) -> None:
    with pytest.raises(UsageError) as caught:
        load(project, text)
    assert caught.value.message == f"governance.yaml:{line}: {fact}"
    assert caught.value.advice == (advice or caught.value.advice)


def test_an_explicit_file_must_be_there(project: Path) -> None:
    with pytest.raises(UsageError, match=r"other\.yaml cannot be read: No such file or directory\."):
        load_governance(project, project, Path("other.yaml"))


def finding(rule: str, group: str) -> Finding:
    return Finding(rule, group, Severity.ERROR, "fact", "advice")


def test_a_rule_outranks_its_group() -> None:
    governance = Governance(
        rules={"history": "off", "stale-parent": "note", "LT05": "off", "craft": "warning"}
    )
    before = [
        finding("multiple-heads", "history"),
        finding("stale-parent", "history"),
        finding("LT05", "style"),
        finding("LT01", "style"),
        finding("unusable-env", "craft"),
    ]
    after = apply_policy(before, governance)
    assert [(f.rule, f.severity.value) for f in after] == [
        ("stale-parent", "note"),
        ("LT01", "error"),
        ("unusable-env", "warning"),
    ]


def test_the_published_schema_takes_what_the_reader_takes() -> None:
    schema = governance_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = json.loads(json.dumps(yaml.safe_load(FULL.replace(": off", ": 'off'"))))
    validator.validate(good)
    for bad in ({"fail-on": "x"}, {"rules": {"zebra": "off"}}, {"models": "a"}, {"alembic": {"boot": "x"}}):
        assert not validator.is_valid(bad), bad
