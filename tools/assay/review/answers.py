"""What a reviewer asks, answered in a sentence each. Names stand in back-ticks.

for each in answers(review):
    each.question, each.answer     # "Can it go back?", "no: `0025`; yes: `0024`"
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assay.review._facts import A_MOMENT, lasts, weight
from assay.review._hold import Hold
from assay.review.locks import holds
from assay.review.model import Environment, Review
from assay.review.rollback import rollbacks
from assay.review.words import about, listed, plural, refusal

FEW = 4
"""Names that an answer tells; the others are counted."""

NAME = 100
"""Characters of a name that are told."""

_RELATIONS = ("table", "foreign table", "view", "materialized view")
_HELPERS = ("constraint", "index", "statistics")
"""Kinds of objects that are told first and last."""

_OTHER_SQL = ("online-only-revision", "divergent-renderings")
"""Rules that find SQL which is not the same wherever it runs."""


class Answer(NamedTuple):
    """A question and its answer."""

    question: str
    answer: str


def answers(review: Review) -> tuple[Answer, ...]:
    """What changes, what locks, can it go back, what will run, is anything unproven."""
    return (
        Answer("What changes?", "; ".join(_changes(review)) or "nothing"),
        Answer("What locks?", "; ".join(_locks(review)) or "nothing that anybody waits for"),
        Answer("Can it go back?", "; ".join(_back(review)) or "nothing new to take back"),
        Answer("What will run?", "; ".join(_pending(review)) or "no new revision"),
        Answer("Is anything unproven?", "; ".join(_unproven(review)) or "no"),
    )


def _changes(review: Review) -> Iterator[str]:
    states = Counter(node.state for node in review.history.nodes if node.state != "merged")
    yield from (f"{plural(count, 'revision')} {state}" for state, count in states.items())
    schema = review.schema
    counts = Counter((change.kind, change.mark) for change in schema.changes)
    marks = sorted(counts, key=lambda each: (_importance(*each), -counts[each]))
    yield from (f"{plural(counts[each], each[0][:NAME])} {each[1]}" for each in marks[:FEW])
    more = sum(counts[each] for each in marks[FEW:])
    if more:
        yield plural(more, "other object")
    if schema.problem is not None:
        yield "the schemas could not be compared"
    elif states and not schema.changes:
        yield "the schema stays as it is"


def _importance(kind: str, mark: str) -> int:
    """The smaller, the earlier it is told: rows that go, then what holds rows, then what else goes."""
    if kind in _RELATIONS:
        return 2 if mark != "removed" else 0
    if kind in _HELPERS:
        return 5
    return 4 if mark != "removed" else 1 if kind == "column" else 3


def _locks(review: Review) -> Iterator[str]:
    blocking = [hold for hold in holds(review) if hold.blocks_writes or hold.blocks_rows]
    long: dict[str, Hold] = {}
    times = {(hold.revision, hold.relation, hold.why) for hold in blocking if lasts(hold)}
    for hold in sorted(filter(lasts, blocking), key=weight, reverse=True):
        long.setdefault(hold.relation, hold)
    for hold in [*long.values()][:FEW]:
        time = about(hold.at_least) if hold.at_least >= A_MOMENT else ""
        count = sum(each[1:] == (hold.relation, hold.why) for each in times)
        time = f"up to {time} each" if time and count > 1 else time
        time = f", {'held ' if len(hold.works) > 1 else ''}{time}" if time else ""
        time = f", {count} times{time}" if count > 1 else time
        time += _longer_for_writers(hold, blocking)
        yield f"{_name(hold.relation)} ({hold.blocks} wait: {hold.reason}{time})"
    if len(long) > FEW:
        yield f"{len(long) - FEW} more"
    brief = dict.fromkeys(hold.relation for hold in blocking if hold.relation not in long)
    if brief:
        yield f"for a moment {_names(brief)}"
    if any(revision.round_trip is None for revision in review.revisions):
        yield "not known of what was not run"
    broken = [r.id for r in review.revisions if r.round_trip is not None and not r.round_trip.upgraded]
    if broken:
        yield f"not known: {_names(broken)} did not run to {'its' if len(broken) == 1 else 'their'} end"
    edited = _edited(review)
    if edited:
        yield f"not known of edited {_names(edited)}"


def _longer_for_writers(hold: Hold, blocking: Iterable[Hold]) -> str:
    """For how long writers wait where a weaker lock of the same revision keeps only them out, and longer."""
    same = (hold.revision, hold.relation)
    longest = max(h.at_least for h in blocking if (h.revision, h.relation) == same)
    longer = longest > hold.at_least and about(longest) != about(hold.at_least)
    return f", writes {about(longest)}" if longer else ""


def _back(review: Review) -> Iterator[str]:
    found = rollbacks(review)
    if len({each.answer for each in found}) == 1:
        yield found[0].answer if len(found) == 1 else f"{found[0].answer}, {_every(len(found))}"
    else:
        for answer in ("no", "not known", "yes"):
            ids = [each.revision for each in found if each.answer == answer]
            if ids:
                yield f"{answer}: {_names(ids)}"
    lost = dict.fromkeys(each[:NAME] for back in found if not back.reversible for each in back.lost)
    if lost:
        yield f"lost: {listed([*lost], FEW)}"
    edited, removed = _edited(review), _removed(review)
    if edited:
        yield f"not known of edited {_names(edited)}"
    if removed:
        yield f"no for removed {_names(removed)}"


def _every(count: int) -> str:
    return "both" if count == 2 else f"all {count:,}"


def _pending(review: Review) -> Iterator[str]:
    alike: dict[str, list[str]] = {}
    for each in review.environments:
        alike.setdefault(_environment(each), []).append(each.name)
    yield from (f"{_names(names)}: {what}" for what, names in [*alike.items()][:FEW])
    more = sum(map(len, [*alike.values()][FEW:]))
    if more:
        yield f"{plural(more, 'more environment')}, told below"
    new, edited, removed = [each.id for each in review.revisions], _edited(review), _removed(review)
    if new and not alike:
        yield _names(new)
    if edited:
        yield f"edited {_names(edited)} only where not run before"
    if removed:
        yield f"nothing on a database at removed {_names(removed)}"


def _edited(review: Review) -> list[str]:
    """The merged revisions that are other ones now; without those that still render to the same SQL."""
    return [each.id for each in review.history.nodes if each.state == "edited" and each.same_sql is not True]


def _removed(review: Review) -> list[str]:
    return [each.id for each in review.history.nodes if each.state == "removed"]


def _environment(each: Environment) -> str:
    if each.problem is not None:
        return "could not be asked"
    if each.at is None:
        return "not asked"
    if each.unknown:
        return f"nothing, for it is at {_names(each.unknown)}, which this history does not have"
    return _names(each.pending) if each.pending else "nothing"


def _unproven(review: Review) -> Iterator[str]:
    trips = {revision.id: revision.round_trip for revision in review.revisions}
    broken = [each for each, trip in trips.items() if trip is not None and not trip.upgraded]
    absent = [each for each, trip in trips.items() if trip is None]
    edited, removed = _edited(review), _removed(review)
    if edited:
        yield f"{_names(edited)}, edited since {'it was' if len(edited) == 1 else 'they were'} merged"
    if removed:
        yield f"the history without {_names(removed)}"
    if any(finding.rule == "missing-down-revision" for finding in (*review.findings, *review.waived)):
        yield "a history in which a parent is missing"
    if broken:
        yield f"{_names(broken)} {'does' if len(broken) == 1 else 'do'} not run"
    if absent:
        yield f"{_names(absent)} {'was' if len(absent) == 1 else 'were'} not run"
    ran = [revision for revision in review.revisions if revision.id not in {*broken, *absent}]
    upgrade = [(r.id, each.effect) for r in ran for each in r.statements if each.direction == "upgrade"]
    unseen = [revision for revision, effect in upgrade if effect is None or not effect.proven]
    if unseen:
        yield f"{plural(len(unseen), 'statement')} of {_names(dict.fromkeys(unseen))}"
    idle = {each.revision: len(each.idle) for each in rollbacks(review) if each.idle}
    idle = {name: number for name, number in idle.items() if (trip := trips[name]) and not trip.refused_rows}
    if idle:
        yield (
            f"{plural(sum(idle.values()), 'statement')} of {_names(idle)} that "
            f"{'changes' if sum(idle.values()) == 1 else 'change'} rows, for none were met"
        )
    refused = {r: trip.refused_rows for r, trip in trips.items() if trip is not None and trip.refused_rows}
    for revision, error in [*refused.items()][:FEW]:
        yield f"{_name(revision)} with rows in its tables: on synthetic ones it fails ({refusal(error)})"
    if len(refused) > FEW:
        yield f"{len(refused) - FEW} more with rows in their tables"
    found = [f.revision for f in (*review.findings, *review.waived) if f.rule in _OTHER_SQL and f.revision]
    if found:
        yield f"what {_names(dict.fromkeys(found))} will run: its SQL depends on the database"
    if review.preflight:
        yield f"{plural(len(review.preflight), 'question')} that only real data can answer"


def _name(name: str) -> str:
    return f"`{name[:NAME]}`"


def _names(names: Iterable[str]) -> str:
    """`a`, `b` and 3 more."""
    every = list(names)
    more = len(every) - FEW
    shown = ", ".join(map(_name, every[:FEW]))
    return f"{shown} and {more:,} more" if more > 0 else shown
