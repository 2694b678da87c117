"""Holds what was read of an environment against what its revision makes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import msgspec

from assay.drift.model import Drift, Reading

if TYPE_CHECKING:
    from assay.catalog import Catalog

Build = Callable[[Sequence[str]], "Catalog"]
"""The schema that these revisions make."""


def compare(reading: Reading, known: Collection[str], build: Build, *, privileges: bool = False) -> Drift:
    """What differs; `known` are the revisions of the history. `build` is asked only where it can answer."""
    unknown = [revision for revision in reading.revisions if revision not in known]
    if reading.schema is None or not reading.revisions or unknown:
        return _unknown(reading, _why(reading, unknown))
    from assay.catalog import diff, load_catalog

    expected, found = build(reading.revisions), load_catalog(msgspec.json.encode(reading.schema))
    if not privileges:
        expected, found = expected.without_privileges(), found.without_privileges()
    changes = diff(expected, found)
    return Drift(
        environment=reading.environment,
        state="drifted" if changes else "clean",
        revisions=reading.revisions,
        expected=expected.fingerprint,
        found=found.fingerprint,
        changes=str(changes).split("\n") if changes else [],
    )


def _unknown(reading: Reading, why: str) -> Drift:
    return Drift(environment=reading.environment, state="unknown", revisions=reading.revisions, problem=why)


def _why(reading: Reading, unknown: list[str]) -> str:
    name = reading.environment
    if reading.problem is not None:
        return reading.problem
    if unknown:
        return f"{name} is at {', '.join(unknown)}, which this history does not have."
    return f"{name} has no alembic_version table, or an empty one: it was never migrated."
