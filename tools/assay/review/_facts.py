"""What somebody has to know before a merge, as clauses for the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from assay.report.documents import RevisionDocument
from assay.review._hold import Hold
from assay.review.locks import holds
from assay.review.model import Review
from assay.review.rollback import rollbacks
from assay.review.words import about, listed, plural, refusal, short

A_MOMENT = 1.0
"""Seconds: nobody notices a lock that is held for less."""

_WORDS = {
    "rewrite": "rewrites {}",
    "write of every row": "writes every row of {}",
    "index build": "builds an index on {}",
    "scan": "scans {}",
    "later statement": "keeps {} locked while later statements work",
    "not known": "locks {}, for how long is not known",
}


def history(review: Review) -> Iterator[str]:
    """What happened to revisions that the base has, and how many heads there are."""
    nodes, diff = review.history.nodes, review.history
    counts = {
        "edited": sum(node.state == "edited" and node.same_sql is not True for node in nodes),
        "removed": sum(node.state == "removed" for node in nodes),
        "re-parented": sum(node.down_revisions_before is not None for node in nodes),
    }
    for what, number in counts.items():
        if number:
            yield f"{plural(number, 'merged revision')} {what}"
    if len(diff.heads_after) > max(len(diff.heads_before), 1):
        yield f"{len(diff.heads_after)} heads after the merge"


def runs(review: Review) -> Iterator[str]:
    """What does not run, was not run, or could not be observed."""
    broken = [r.id for r in review.revisions if r.round_trip is not None and not r.round_trip.upgraded]
    absent = [r.id for r in review.revisions if r.round_trip is None]
    if broken:
        yield f"{listed(broken, 3)} {'does' if len(broken) == 1 else 'do'} not run"
    if absent:
        yield f"{listed(absent, 3)} {'was' if len(absent) == 1 else 'were'} not run, so nothing is proven"
    for revision in review.revisions:
        error = revision.round_trip.refused_rows if revision.round_trip is not None else None
        if error is not None:
            yield f"{revision.id} fails with rows in its tables ({refusal(error)}), and ran on empty ones"
    unproven = sum(map(_unproven, review.revisions))
    if unproven:
        yield f"{plural(unproven, 'statement')} unproven"


def locks(review: Review) -> Iterator[str]:
    """The blocking locks that last, one for each revision and relation, the longest first."""
    found: dict[tuple[str, str], Hold] = {}
    for hold in sorted(filter(lasts, holds(review)), key=weight, reverse=True):
        found.setdefault((hold.revision, hold.relation), hold)
    alike: dict[tuple[str, str, str], list[Hold]] = {}
    for hold in found.values():
        alike.setdefault((hold.why, hold.relation, ", ".join(_details(hold))), []).append(hold)
    for (why, relation, told), group in alike.items():
        if len(group) == 1:
            yield f"{group[0].revision} {_WORDS[why].format(relation)} ({told})"
        else:
            verb, _, rest = _WORDS[why].partition(" ")
            each = ", ".join(_details(group[0], each=" each"))
            yield f"{len(group)} revisions {verb.removesuffix('s')} {rest.format(relation)} ({each})"


def ways_back(review: Review) -> Iterator[str]:
    """What cannot be taken back, or perhaps not; of what did not run, another fact tells."""
    trips = {revision.id: revision.round_trip for revision in review.revisions}
    told = {name for name, trip in trips.items() if trip is None or not trip.upgraded or trip.refused_rows}
    alike: dict[tuple[bool | None, str, tuple[str, ...]], list[str]] = {}
    for each in rollbacks(review):
        unsure = each.reversible is None and (each.lost or each.idle) and each.revision not in told
        if each.reversible is False or unsure:
            alike.setdefault((each.reversible, each.why, each.lost), []).append(each.revision)
    for (reversible, why, gone), revisions in alike.items():
        verb = "cannot be taken back" if reversible is False else "may not come back whole"
        yield f"{listed(revisions, 3)} {verb}: {why}{f' ({listed(gone, 3)})' if gone else ''}"


def preflight(review: Review) -> Iterator[str]:
    """Whether real data may refuse it."""
    if review.preflight:
        yield f"real data may refuse it: {plural(len(review.preflight), 'preflight question')}"


def environments(review: Review) -> Iterator[str]:
    """Databases that are where this history cannot take them."""
    for each in review.environments:
        if each.unknown:
            yield f"{each.name} is at {listed(each.unknown, 3)}, which this history does not have"
        elif each.problem is not None:
            yield f"what {each.name} is at is not known"


def lasts(hold: Hold) -> bool:
    """Whether somebody notices it: it blocks writers, and may be held for longer than a moment."""
    return (
        (hold.blocks_writes or hold.blocks_rows)
        and hold.lasts
        and not (hold.seconds is not None and hold.seconds < A_MOMENT)
    )


def weight(hold: Hold) -> tuple[bool, bool, float]:
    """How much it matters: first what is done to the relation itself, then what keeps readers out."""
    return hold.why not in ("later statement", "not known"), hold.blocks_reads, hold.at_least


def _details(hold: Hold, each: str = "") -> Iterator[str]:
    if hold.rows is not None:
        yield f"{short(hold.rows)} rows"
    held = "held " if len(hold.works) > 1 else ""
    if hold.seconds is not None:
        yield f"{held}{about(hold.seconds)}{each}"
    elif hold.at_least >= A_MOMENT:
        yield f"{held}at least {about(hold.at_least)}{each}"
    yield f"blocks {hold.blocks}"


def _unproven(revision: RevisionDocument) -> int:
    """The upgrade's statements that ran unobserved; of a revision that did not run, another fact tells."""
    if revision.round_trip is None or not revision.round_trip.upgraded:
        return 0
    own = [each.effect for each in revision.statements if each.direction == "upgrade"]
    return sum(effect is None or not effect.proven for effect in own)
