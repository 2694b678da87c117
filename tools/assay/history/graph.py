"""The graph that revisions make, with Alembic's meaning of its words (alembic.script.revision)."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from assay.model import Revision


class Graph:
    """Who stands on whom, among revisions given in file order; parents that are missing are left out."""

    def __init__(self, revisions: Mapping[str, Revision]) -> None:
        self.revisions = revisions
        self._labelled = {label: r.id for r in revisions.values() for label in r.branch_labels}
        self.parents = {r.id: self._known(r.down_revisions) for r in revisions.values()}
        """By `down_revision` alone."""
        self.requires = {
            r.id: tuple(dict.fromkeys(self.parents[r.id] + self._known(map(self.dependency, r.depends_on))))
            for r in revisions.values()
        }
        """By `depends_on` too."""
        self.children = _reversed(self.parents)
        self.required_by = _reversed(self.requires)

    def dependency(self, name: str) -> str:
        """The id that an entry of `depends_on` means: it may be a branch label."""
        return name if name in self.revisions else self._labelled.get(name, name)

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """Revisions that no `down_revision` names, in file order."""
        return tuple(each for each in self.revisions if not self.children[each])

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """Revisions without `down_revision`, in file order."""
        return tuple(r.id for r in self.revisions.values() if not r.down_revisions)

    def ancestors(self, ids: Iterable[str], dependencies: bool = True) -> set[str]:
        """The revisions below `ids`, and `ids`."""
        return _reach(ids, (self.requires if dependencies else self.parents).__getitem__)

    def descendants(self, ids: Iterable[str], dependencies: bool = False) -> set[str]:
        """The revisions above `ids`, and `ids`."""
        return _reach(ids, (self.required_by if dependencies else self.children).__getitem__)

    def order(self) -> list[str]:
        """The ids in an order in which they can run, ties by file order; what a cycle blocks comes last."""
        position = {each: index for index, each in enumerate(self.revisions)}
        waiting = {each: len(needs) for each, needs in self.requires.items()}
        ready = [position[each] for each, count in waiting.items() if not count]
        names, ran = list(self.revisions), dict[str, None]()
        while ready:
            each = names[heapq.heappop(ready)]
            ran[each] = None
            for above in self.required_by[each]:
                waiting[above] -= 1
                if not waiting[above]:
                    heapq.heappush(ready, position[above])
        return [*ran, *(each for each in names if each not in ran)]

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Every ring of revisions that need one another, each starting with its first file."""
        found, seen = [], set[str]()
        for each in self._unordered():
            if each not in seen and (ring := self._ring(each)):
                found.append(ring)
                seen.update(self.ancestors([each]) & self.descendants([each], dependencies=True))
        return tuple(found)

    def labels(self) -> dict[str, frozenset[str]]:
        """The branch labels of each revision: its own, and those that reach it from below or above."""
        labels: dict[str, set[str]] = {each: set() for each in self.revisions}
        for label, owner in self._labelled.items():
            members = self.descendants([owner])
            below: tuple[str, ...] = (owner,)
            while len(below) == 1 and below[0] not in members - {owner} and not self._forks(below[0]):
                members.add(below[0])
                below = self.parents[below[0]]
            for each in members:
                labels[each].add(label)
        return {each: frozenset(some) for each, some in labels.items()}

    def _forks(self, each: str) -> bool:
        return len(self.required_by[each]) > 1 or len(self.parents[each]) > 1

    def _known(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in self.revisions)

    def _unordered(self) -> list[str]:
        """A cheap bound on what may be in a cycle: nothing, for a sound graph."""
        order = {each: index for index, each in enumerate(self.order())}
        bad = [each for each in order if any(order[need] >= order[each] for need in self.requires[each])]
        return [each for each in self.revisions if bad and each in self.ancestors(bad)]

    def _ring(self, start: str) -> tuple[str, ...]:
        """The shortest way from `start` down to itself; empty when there is none."""
        came: dict[str, str] = {}
        todo = [start]
        for each in todo:
            for below in self.requires[each]:
                if below == start:
                    ring = [each]
                    while ring[-1] != start:
                        ring.append(came[ring[-1]])
                    return tuple(reversed(ring))
                if below not in came:
                    came[below] = each
                    todo.append(below)
        return ()


def _reversed(edges: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    above: dict[str, list[str]] = {each: [] for each in edges}
    for each, needs in edges.items():
        for need in needs:
            above[need].append(each)
    return above


def _reach(start: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    todo = list(start)
    seen = set(todo)
    while todo:
        for each in step(todo.pop()):
            if each not in seen:
                seen.add(each)
                todo.append(each)
    return seen
