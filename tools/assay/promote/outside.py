"""What became of a statement that no transaction held together: read off the live schema. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assay.catalog import Catalog, Key, Object
from assay.promote.model import Segment

_REINDEXED = re.compile(r"_cc(new|old)\d*\Z")
"""What REINDEX CONCURRENTLY calls what it builds and what it replaces (PostgreSQL manual, "REINDEX")."""

Kind = Literal["left over", "half dropped", "detaching", "strange"]


@dataclass(frozen=True)
class Verdict:
    """What to do about it."""

    act: Literal["run", "done", "clear", "finalize", "unsure", "refuse"]
    """`run`: nothing of it happened, or it may run again. `done`: all of it happened. `clear`: drop the
    invalid indexes in `keys`, and look again. `finalize`: finish to detach the partitions in `keys`.
    `unsure`: the schema cannot tell, and it may not run twice. `refuse`: something else happened."""
    keys: tuple[Key, ...] = ()


def judge(before: Catalog, after: Catalog, live: Catalog, segment: Segment) -> Verdict:
    """Compare the live schema with those before and after a segment that was started.

    Whether a statement ran that leaves the schema as it is nobody can see: it runs again if it may.
    """
    if live.fingerprint not in (before.fingerprint, after.fingerprint):
        return _half(before, after, live)
    if not segment.repeatable:
        return Verdict("unsure")
    return Verdict("run" if live.fingerprint == before.fingerprint else "done")


def _half(before: Catalog, after: Catalog, live: Catalog) -> Verdict:
    found: dict[Kind, list[Key]] = {}
    for key in sorted({*before, *after, *live}):
        kind = _kind(key, before.get(key), after.get(key), live.get(key))
        if kind is not None:
            found.setdefault(kind, []).append(key)
    if "strange" in found or not found:
        return Verdict("refuse")
    if "detaching" in found:
        return Verdict("finalize", tuple(found["detaching"]))
    if "left over" in found:
        return Verdict("clear", tuple(found["left over"]))
    return Verdict("run")


def _kind(key: Key, before: Object | None, after: Object | None, live: Object | None) -> Kind | None:
    """None for an object that is as it was, or as it will be."""
    if live in (before, after):
        return None
    invalid = live is not None and key.kind == "index" and bool(live.get("invalid"))
    if invalid and before is None and (after is not None or _REINDEXED.search(key.name)):
        return "left over"
    if invalid and before is not None and after is None:
        return "half dropped"
    if live is not None and live.get("detach_pending"):
        return "detaching"
    return "strange"
