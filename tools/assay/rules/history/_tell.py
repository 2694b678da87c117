"""How the rules about history say where and what."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from assay.history.model import Base
from assay.model import Revision
from assay.rules import Rule, rule


def this(module: str) -> Rule:
    """The rule of a module, by its `__name__`."""
    return rule("history", module.rpartition(".")[2].replace("_", "-"))


def at(revision: Revision, line: int | None = None) -> dict[str, Any]:
    """A finding's location: the `revision` assignment, or another line of the file."""
    return {"revision": revision.id, "path": revision.path, "line": line or revision.line}


def named(revision: Revision) -> str:
    """A revision and its file, for a message."""
    return f"{revision.id} ({revision.path})"


def listed(names: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end


def parent_line(revision: Revision, parents: Iterable[str]) -> str:
    """The revision's own `down_revision` line, with other parents."""
    line = next(iter(revision.text.split("\n")[revision.down_line - 1 :]), "")
    found = re.match(r"down_revision\s*(?::[^=]*)?=\s*", line)
    quote = "'" if found and "'" in line[found.end() :] else '"'
    ids = [f"{quote}{parent}{quote}" for parent in parents]
    value = "None" if not ids else ids[0] if len(ids) == 1 else f"({', '.join(ids)})"
    return f"{found[0] if found else 'down_revision = '}{value}"


def instead(base: Base, revision: Revision) -> str:
    """How to get a revision of the base back, and where a change of it belongs."""
    commit = base.merge_base[:12] if revision.id in base.revisions else base.ref
    return (
        f"Restore it: `git checkout {commit} -- {revision.path}`. Then make the change in a revision of its "
        'own: `alembic revision -m "…"`.'
    )


def fresh_id(revision: Revision) -> str:
    """An id that no other file has: twelve hexadecimal digits, as Alembic makes them."""
    return hashlib.sha256(f"{revision.id} {revision.path}".encode()).hexdigest()[:12]
