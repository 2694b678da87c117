"""What happened to the history, against the base as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assay.history import Change, Graph, History
from assay.history.model import SameSql
from assay.model import Revision
from assay.review.model import HistoryDiff, Node

State = Literal["merged", "new", "edited", "re-parented", "removed"]


@dataclass(frozen=True)
class Merged:
    """The history as it will be after the merge: ours, and what landed on the base meanwhile."""

    history: History

    @property
    def landed(self) -> dict[str, Revision]:
        """Revisions that the base's tip has, and this branch does not have yet."""
        base = self.history.base
        if base is None:
            return {}
        known = base.revisions.keys() | self.history.revisions.keys()
        return {each: revision for each, revision in base.tip_revisions.items() if each not in known}

    @property
    def before(self) -> dict[str, Revision]:
        """The base's revisions, in run order."""
        return self.history.base.tip_revisions if self.history.base else {}

    @cached_property
    def graph(self) -> Graph:
        """Of all of them."""
        return Graph({**self.landed, **self.history.revisions})

    @cached_property
    def order(self) -> list[str]:
        """Their ids, in the order in which they run."""
        return self.graph.order()


def history_diff(merged: Merged, same_sql: SameSql) -> HistoryDiff:
    """The history before and after, with the revisions that changed and what they stand on."""
    history, base = merged.history, merged.history.base
    return HistoryDiff(
        heads_before=list(base.tip_heads) if base else [],
        heads_after=list(merged.graph.heads),
        revisions_before=len(merged.before),
        revisions_after=len(merged.graph.revisions),
        nodes=_Nodes(merged, same_sql).all() if history.revisions or merged.before else [],
    )


class _Nodes:
    def __init__(self, merged: Merged, same_sql: SameSql) -> None:
        self._merged, self._same_sql = merged, same_sql
        changes = merged.history.changes
        self._edited = {change.after.id: change for change in changes.edited}
        self._reparented = {change.after.id: change for change in changes.reparented}
        self._removed = {revision.id: revision for revision in changes.deleted}
        self._after = merged.graph.revisions
        self._heads = set(merged.graph.heads)
        self._heads_before = set(merged.history.base.tip_heads) if merged.history.base else set()

    def all(self) -> list[Node]:
        """In the order they run; what was removed stands where it ran on the base."""
        changed = {each for each in (*self._after, *self._removed) if self._state(each) != "merged"}
        shown = changed | self._parents(changed)
        if changed or self._heads != self._heads_before:
            shown |= self._heads | self._heads_before
        return [self._node(each) for each in self._order() if each in shown]

    def _order(self) -> list[str]:
        """Ours, each removed one behind what ran before it on the base."""
        order = list(self._merged.order)
        before = list(self._merged.before)
        for each in (each for each in before if each in self._removed):
            above = [other for other in before[: before.index(each)] if other in order]
            order.insert(order.index(above[-1]) + 1 if above else 0, each)
        return order

    def _parents(self, ids: set[str]) -> set[str]:
        """What stands directly below, now or on the base, among what there is."""
        found: set[str] = set()
        for each in ids:
            for revision in (self._after.get(each), self._before(each)):
                if revision is not None:
                    found |= {
                        *revision.down_revisions,
                        *map(self._merged.graph.dependency, revision.depends_on),
                    }
        return {each for each in found if each in self._after or each in self._removed}

    def _before(self, each: str) -> Revision | None:
        change = self._reparented.get(each)
        return change.before if change else self._removed.get(each)

    def _state(self, each: str) -> State:
        if each in self._removed:
            return "removed"
        if each in self._edited:
            return "edited"
        if each in self._reparented:
            return "re-parented"
        return "new" if self._after[each].new else "merged"

    def _node(self, each: str) -> Node:
        revision = self._removed[each] if each in self._removed else self._after[each]
        moved = self._reparented.get(each)
        edit = self._edited.get(each)
        return Node(
            id=each,
            message=revision.message,
            path=revision.path,
            down_revisions=list(revision.down_revisions),
            depends_on=list(revision.depends_on),
            branch_labels=list(revision.branch_labels),
            state=self._state(each),
            same_sql=self._is_same(edit) if edit else None,
            head=each in self._heads,
            was_head=each in self._heads_before,
            down_revisions_before=list(moved.before.down_revisions) if moved else None,
        )

    def _is_same(self, edit: Change) -> bool | None:
        return True if edit.cosmetic else self._same_sql(edit.before, edit.after)
