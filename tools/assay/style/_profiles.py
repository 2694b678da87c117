"""Which of sqlfluff's rules apply to which SQL, and the settings that nobody may change."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.model import Origin

FORCED: dict[str, int | str] = {
    "dialect": "postgres",
    "templater": "raw",
    "ignore": "",
    "large_file_skip_byte_limit": 0,
    "large_file_skip_char_limit": 0,
    "processes": 1,
}
"""What is rendered is PostgreSQL, whatever the project's other SQL is; it is final text, so `{%` is no
template; and nothing is skipped for its size, nor ignored by category. (`.sqlfluffignore`, `encoding` and
`sql_file_exts` concern files, which sqlfluff never sees here; `runaway_limit` concerns fixing.)"""

WRITTEN_OFF = frozenset({"CV06", "LT12", "LT13"})
"""What a statement inside Python cannot break: Alembic adds the `;`, and the start and end of the file
are not its own."""

GENERATED_OFF_GROUPS = frozenset(
    {"aliasing", "capitalisation", "convention", "jinja", "layout", "oracle", "structure", "tsql"}
)
"""How SQL looks: SQLAlchemy's doing. Groups, so that the next sqlfluff's layout rules are off as well."""

GENERATED_OFF = frozenset({"AM02", "AM04", "AM05", "RF03", "RF06"})
"""SQLAlchemy's doing too: it writes UNION for UNION DISTINCT, JOIN for INNER JOIN and EXISTS (SELECT *),
and it qualifies and quotes as it sees fit."""

GENERATED_ON = frozenset({"AL04", "AL08", "CV05", "CV09"})
"""Meaning and names within those groups: aliases used twice, `= NULL`, and the words that the project
forbids."""


def is_off(origin: Origin, code: str, groups: Collection[str]) -> bool:
    """Whether the rule is left out for SQL of this origin, whatever the configuration says.

    The rules of the user's own plug-ins stay on unless they join one of sqlfluff's groups about looks.
    """
    if origin == "written":
        return code in WRITTEN_OFF
    if code in GENERATED_ON:
        return False
    return code in GENERATED_OFF or not GENERATED_OFF_GROUPS.isdisjoint(groups)
