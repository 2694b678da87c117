"""governance.yaml: policy as code. Everything has a default; a project without the file works.

The structs below are the file's shape: their docstrings become `docs/configuration.md` and the
descriptions in `docs/schema/governance.schema.json`.
"""

from __future__ import annotations

import os
import pkgutil
import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from assay.model import Finding, Severity

FILE_NAME = "governance.yaml"

SQLFLUFF_CODE = r"[A-Z]{2}\d{2}"
"""What sqlfluff's rule codes look like; the style findings carry them."""

SQLFLUFF_RULE = rf"{SQLFLUFF_CODE}|[a-z_]+(\.[a-z_]+)+"
"""Its codes, and its names for them: `layout.spacing`."""

Level = Literal["off", "note", "warning", "error"]


def rule_names() -> list[str]:
    """Every group and rule id, without importing a rule."""
    from assay.rules import GROUPS, __path__

    modules = pkgutil.iter_modules([str(Path(folder) / group) for folder in __path__ for group in GROUPS])
    ids = (m.name.replace("_", "-") for m in modules if not m.name.startswith("_"))
    return [*GROUPS, *ids]


_BOOT = Meta(
    extra={
        "pattern": r"[^:\s]+:[A-Za-z_][\w.]*",
        "example": "`package.module:callable` or `file.py:callable`",
    }
)


class Alembic(Struct, frozen=True):
    """How to find and run the project's Alembic environment."""

    config: str | None = None
    """The alembic.ini or pyproject.toml to use, relative to governance.yaml. Found by itself otherwise."""
    name: str | None = None
    """The section of alembic.ini to read, as in `alembic -n`."""
    script_location: str | None = None
    """The migrations folder, where the Alembic configuration does not say it."""
    version_locations: tuple[str, ...] = ()
    """Folders of revision files, where env.py rather than the configuration sets them."""
    x: Mapping[str, str] = field(default_factory=dict)
    """Arguments that env.py reads with `context.get_x_argument()`: `-x key=value`."""
    attributes: Mapping[str, object] = field(default_factory=dict)
    """Values that env.py reads from `config.attributes`."""
    boot: Annotated[str | None, _BOOT] = None
    """A callable to run before env.py, for one that needs an application object:
    `package.module:callable` or `file.py:callable`."""
    env: Literal["auto", "project", "built-in"] = "auto"
    """Which env.py renders: the project's own, Assay's built-in one, or (`auto`) the project's where it
    can be imported and the built-in one otherwise."""


class Scratch(Struct, frozen=True):
    """A PostgreSQL server for scratch databases, to use instead of a local one."""

    url_env: str = "ASSAY_SCRATCH_URL"
    """The environment variable that holds its URL. Where it is not set, servers are started on this machine.
    The server must hold nothing else: revisions may change roles and settings of all of it."""


class Baseline(Struct, frozen=True):
    """The schema that the history starts from, where that is not an empty database."""

    file: str | None = None
    """A schema file as `assay baseline` or `pg_dump --schema-only` writes it, relative to governance.yaml."""
    revision: str | None = None
    """The revision whose schema it is; several heads are separated by commas."""


class Limits(Struct, frozen=True):
    """Thresholds of the rules that go by size."""

    small_rows: int = 10_000
    """A table of fewer rows is small: what blocks it is over at once (with `--stats`)."""
    statements: int = 50
    """A new revision with more statements is too large."""
    tables: int = 10
    """So is one that changes more tables in use."""


def rule_ids() -> list[str]:
    """Every rule id, without importing a rule."""
    from assay.rules import GROUPS

    return rule_names()[len(GROUPS) :]


_RULE = Meta(
    extra={
        "keys": rule_ids,
        "key_pattern": SQLFLUFF_RULE,
        "key_kind": "rule",
        "key_help": "`assay explain` lists them; sqlfluff's look like `LT01` or `layout.spacing`.",
    }
)
_REASON = Meta(extra={"pattern": r"[\s\S]*\w[\s\S]*", "example": "a sentence that says why"})
_OWNER = Meta(extra={"pattern": r"[\s\S]*\w[\s\S]*", "example": "a person or a team"})
_DAY = Meta(extra={"example": "a date such as 2027-01-31"})
_LINE = Meta(extra={"internal": True, "line": True})


class PolicyWaiver(Struct, frozen=True):
    """Findings of one rule accepted on purpose in a revision or in files."""

    rule: Annotated[str, _RULE]
    """The rule: Assay's id, or sqlfluff's code or name. One waiver names one rule, and no group."""
    reason: Annotated[str, _REASON]
    """Why it is accepted."""
    owner: Annotated[str, _OWNER]
    """Who comes back to it."""
    expires: Annotated[date, _DAY]
    """The last day on which it holds."""
    revision: str | None = None
    """The revision that it is about."""
    path: str | None = None
    """Or the files, as findings show their paths: a glob such as `migrations/versions/2023_*.py`."""
    line: Annotated[int, _LINE] = 0
    """Its line in governance.yaml."""

    def __post_init__(self) -> None:
        if self.revision is None and self.path is None:
            raise ValueError("needs `revision` or `path`: what it is about")


DURATION = r"\d+(\.\d+)?(ms|s|min|h|d)"
"""A number and a unit as PostgreSQL spells them: `500ms`, `2s`, `10min`, `1h`, `7d`."""


Duration = Annotated[
    str, Meta(extra={"pattern": DURATION, "example": "a number with its unit: 500ms, 2s, 10min, 1h, 7d"})
]

_VARIABLE = Meta(
    extra={"pattern": r"[A-Za-z_][A-Za-z0-9_]*", "example": "the name of an environment variable"}
)
_COMMAND = Meta(extra={"pattern": r"[\s\S]*\S[\s\S]*", "example": "a command that prints a password"})


class Database(Struct, frozen=True):
    """One database of a fleet."""

    url_env: Annotated[str, _VARIABLE]
    """The environment variable that holds its URL."""
    password_command: Annotated[str | None, _COMMAND] = None
    """A command whose output is its password, instead of the environment's."""


class Environment(Struct, frozen=True):
    """A database to promote to, or a fleet of them (shards, tenants), and how patient `assay apply` is there.
    A duration of `0s` is no limit."""

    url_env: Annotated[str | None, _VARIABLE] = None
    """The environment variable that holds its URL. Where it is not set, the database is not asked."""
    databases: Mapping[str, Database] = field(default_factory=dict)
    """Instead of `url_env`: the databases of a fleet, by name, in the order in which they get a change. Other
    commands know each as ENVIRONMENT.NAME."""
    canaries: tuple[str, ...] = ()
    """Those of the fleet's databases that get a change first. The others follow once it is applied and
    verified on all of them."""
    wave: int = 0
    """How many of the other databases follow at a time: a wave begins once the one before has ended well on
    each of its databases. All of them by default."""
    max_parallel: int = 1
    """On how many databases of a wave `assay apply` works at once."""
    password_command: Annotated[str | None, _COMMAND] = None
    """A command whose output is the password, run before each connection of a promotion: for tokens that live
    for minutes (OIDC, IAM). It is split as a shell would, and run without one."""
    lock_timeout: Duration = "2s"
    """How long a statement waits for a lock, and so the longest that anybody waits behind it. Then it lets
    others pass and tries again."""
    statement_timeout: Duration = "1h"
    """How long one statement may take."""
    retries: int = 10
    """How often a part of a revision is tried again that did not get a lock, or was in a deadlock."""
    lock_deadline: Duration = "10min"
    """How long to wait for another promotion to end."""
    max_plan_age: Duration = "7d"
    """How old a plan may be when it is applied."""
    replica_lag: Duration = "30s"
    """How far a replica may be behind when a promotion begins."""
    long_transaction: Duration = "1min"
    """How long a transaction may have been open, when a promotion begins, that the plan would wait for."""
    after: str | None = None
    """The environment that must have had the same SQL before, applied and verified."""
    hours: int = 0
    """For how many hours it must have had it."""

    def __post_init__(self) -> None:
        if (self.url_env is None) == (not self.databases):
            raise ValueError("needs `url_env` or `databases`, and not both")
        for name in self.databases:
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
                raise ValueError(f"has a database `{name}`, where letters, digits, _ and - make a name")
        if (self.canaries or self.wave) and not self.databases:
            raise ValueError("is no fleet: `canaries` and `wave` are of `databases`")
        for name in self.canaries:
            if name not in self.databases:
                near = get_close_matches(name, self.databases, n=1) or list(self.databases)
                raise ValueError(f"has no database `{name}` to be a canary", f"Did you mean `{near[0]}`?")
        if self.max_parallel < 1:
            raise ValueError("has a `max_parallel` of 0, with which nothing is done", "Make it 1 or more.")

    def variables(self, name: str) -> dict[str, str]:
        """The variables of its URLs: by `name`, or each by `name` and the database's own in a fleet."""
        if self.url_env is not None:
            return {name: self.url_env}
        return {f"{name}.{each}": database.url_env for each, database in self.databases.items()}


_LEVELS = Meta(
    extra={
        "keys": rule_names,
        "key_pattern": SQLFLUFF_CODE,
        "key_kind": "rule or group",
        "key_help": "`assay explain` lists them; sqlfluff's codes look like `LT01`.",
    }
)
_MAJOR = Meta(extra={"pattern": "1[4-8]", "example": "a major version of PostgreSQL, 14 to 18"})
_INTERNAL = Meta(extra={"internal": True})


class Governance(Struct, frozen=True):
    """The project's policy."""

    alembic: Alembic = field(default_factory=Alembic)
    """How to find and run the project's Alembic environment."""
    base: str | None = None
    """The git ref that new revisions are measured against. The branch you would merge into otherwise."""
    fail_on: Severity = Severity.ERROR
    """The mildest severity that fails a command."""
    rules: Annotated[Mapping[str, Level], _LEVELS] = field(default_factory=dict)
    """Severity by rule, by group of rules, or by sqlfluff code; `off` silences. A rule outranks its
    group."""
    models: tuple[str, ...] = ("**/models.py", "**/models/**/*.py", "!**/tests/**")
    """Where the model files are: globs relative to governance.yaml (to the top level without one); `**`
    stands for any number of folders, or none, and `!` in front takes files out again."""
    postgresql: Annotated[tuple[str, ...], _MAJOR] = ()
    """The major versions of PostgreSQL that revisions are proven on. The embedded one otherwise."""
    scratch: Scratch = field(default_factory=Scratch)
    """A PostgreSQL server for scratch databases, to use instead of a local one."""
    baseline: Baseline = field(default_factory=Baseline)
    """The schema that the history starts from, where that is not an empty database."""
    limits: Limits = field(default_factory=Limits)
    """Thresholds of the rules that go by size."""
    environments: Mapping[str, Environment] = field(default_factory=dict)
    """The databases to promote to, by name, in the order in which they get a change: staging before
    production."""
    waivers: tuple[PolicyWaiver, ...] = ()
    """Findings accepted on purpose, each with a reason, an owner and a last day."""
    path: Annotated[Path | None, _INTERNAL] = None
    """The governance.yaml that was read; None without one. Paths in it are relative to its folder."""

    def variables(self) -> dict[str, str]:
        """The variables of all environments' URLs, by `staging`, or `production.eu` in a fleet; in order."""
        return {
            label: variable
            for name, environment in self.environments.items()
            for label, variable in environment.variables(name).items()
        }


def load_governance(start: Path, toplevel: Path, explicit: Path | None = None) -> Governance:
    """The policy in force at `start`: `explicit`, or the nearest governance.yaml up to `toplevel`.

    Raises UsageError, with file and line, for a file that is wrong or an `explicit` one that is missing.
    """
    path = explicit or _nearest(start.resolve(), toplevel.resolve())
    if path is None:
        return Governance()
    from assay._yaml import read

    return replace(read(path, Governance, _shown(path)), path=path.resolve())


def apply_policy(findings: Iterable[Finding], governance: Governance) -> tuple[Finding, ...]:
    """The findings at the severities that `rules` sets, without those that are `off`."""
    levels = governance.rules
    judged = ((f, levels.get(f.rule) or levels.get(f.group)) for f in findings)
    return tuple(
        f if level is None else replace(f, severity=Severity(level)) for f, level in judged if level != "off"
    )


def _nearest(start: Path, toplevel: Path) -> Path | None:
    for folder in (start, *start.parents):
        if os.path.lexists(folder / FILE_NAME):  # a link to nowhere is a mistake to tell, not to overlook
            return folder / FILE_NAME
        if folder == toplevel or toplevel not in folder.parents:
            break
    return None


def _shown(path: Path) -> str:
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive on Windows
        return str(path)
