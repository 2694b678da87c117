"""The environment that stands in where the project's env.py cannot be used.

It knows what env.py's source says in plain literals (`version_table`, `transaction_per_migration` …), and
nothing of the application: no metadata, so no naming convention, and no custom hooks.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.render.environment import OfflineEnvironment

_KEPT = frozenset(
    {"version_table", "version_table_schema", "version_table_pk", "transaction_per_migration",
     "transactional_ddl", "sqlalchemy_module_prefix", "user_module_prefix"}
)  # fmt: skip
"""Arguments of `context.configure()` that shape the SQL and can stand as literals in env.py."""


def run(environment: OfflineEnvironment, env_py: Path) -> None:
    """What Alembic's own template does in `run_migrations_offline()`."""
    environment.configure(dialect_name="postgresql", **literal_options(env_py))
    with environment.begin_transaction():
        environment.run_migrations()


def literal_options(env_py: Path) -> dict[str, Any]:
    """The kept arguments that every `configure()` call in `env_py` that has them gives the same literal."""
    try:
        tree = ast.parse(env_py.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    found: dict[str, set[Any]] = {}
    for call in ast.walk(tree):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "configure"
        ):
            for keyword in call.keywords:
                if keyword.arg in _KEPT and isinstance(keyword.value, ast.Constant):
                    found.setdefault(keyword.arg, set()).add(keyword.value.value)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}
