"""A statement in a revision of its own: how, and which rule says so where it is a hazard by itself."""

from __future__ import annotations

from assay.rules.atomicity._source import code_of
from assay.rules.availability._built import builds
from assay.rules.availability._scanned import fails_on_rows, scans
from assay.rules.data._whole import Verb, whole_writes
from assay.trace import Observation, Traced


def alone(observation: Observation, traced: Traced, start: str) -> str:
    """`start` ("Put this … into a revision of its own") and the lines; or where the lines are told."""
    rule = teller(observation, traced)
    if rule is not None:
        return f"{start}, in the steps that `{rule}` has for it at this line."
    return f"{start}:\n\n{code_of(observation, [traced])}"


def teller(observation: Observation, traced: Traced) -> str | None:
    """The rule that has better advice, because the statement must not run as it is; None without one."""
    effect = traced.effect
    tables = {change.key.parent for change in effect.changes if change.key.kind == "column"}
    refreshed = {"materialized view"} & {r.kind for r in effect.rewrites if r.busy}
    found = (
        ("blocking-refresh", bool(refreshed)),
        ("table-rewrite", any(relation.busy for relation in effect.rewrites)),
        ("blocking-index-build", any(builds(observation, traced))),
        ("blocking-scan", any(scans(observation, traced))),
        ("required-column", any(fails_on_rows(traced, table) for table in tables)),
        ("whole-table-update", _writes(observation, traced, "update")),
        ("whole-table-delete", _writes(observation, traced, "delete")),
    )
    return next((rule for rule, applies in found if applies), None)


def _writes(observation: Observation, traced: Traced, verb: Verb) -> bool:
    return any(write.traced is traced for write in whole_writes(observation, verb))
