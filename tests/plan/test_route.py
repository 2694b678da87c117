"""The way through a history: the revisions in order, and the rows of the version table after each."""

from __future__ import annotations

import pytest
from assay.history import Selection, find_project, read_history
from assay.model import Direction
from assay.plan import Asked, route
from assay.trace import Wanted

from .conftest import Project

Expected = list[tuple[str, str]]

#     a1 ── b1 ── m ── z        m merges b1 and c1; d1 is a base of its own; e1 stands on d1 and depends on b1
#       └── c1 ──┘
GRAPH: dict[str, tuple[object, object]] = {
    "a1": (None, None),
    "b1": ("a1", None),
    "c1": ("a1", None),
    "d1": (None, None),
    "e1": ("d1", "b1"),
    "m": (("b1", "c1"), None),
    "z": ("m", None),
}
WAYS: dict[str, tuple[str, str, Direction, Expected]] = {
    "all": (
        "", "heads", "upgrade",
        [("a1", "a1"), ("b1", "b1"), ("c1", "b1 c1"), ("d1", "b1 c1 d1"), ("e1", "c1 e1"), ("m", "e1 m"), ("z", "e1 z")],
    ),
    "one branch": ("a1", "b1", "upgrade", [("b1", "b1")]),
    "to the merge": ("b1", "m", "upgrade", [("c1", "b1 c1"), ("m", "m")]),
    "two steps": ("b1 c1", "+2", "upgrade", [("d1", "b1 c1 d1"), ("e1", "c1 e1")]),
    "there": ("m", "b1", "upgrade", []),
    "one back": ("e1 z", "-1", "downgrade", [("z", "e1 m")]),
    "back over the merge": ("m", "b1", "downgrade", [("m", "b1 c1")]),
    "back below it": ("m", "a1", "downgrade", [("m", "b1 c1"), ("c1", "b1"), ("b1", "a1")]),
    "beside it": ("d1 m", "b1", "downgrade", [("m", "b1 c1 d1")]),
    "to nothing": ("c1", "base", "downgrade", [("c1", "a1"), ("a1", "")]),
}  # fmt: skip


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Wanted:
    made = Project(tmp_path_factory.mktemp("route") / "project")
    for file in (made.project / "migrations/versions").iterdir():
        file.unlink()
    for name, (down, depends) in GRAPH.items():
        file = made.revision(name, down)
        file.write_text(f"{file.read_text()}\ndepends_on = {depends!r}\n", "utf-8")
    project = find_project(made.project)
    return Wanted(project, list(read_history(project, Selection(all=True)).revisions.values()), [])


@pytest.mark.parametrize(("at", "to", "direction", "expected"), WAYS.values(), ids=WAYS)
def test_the_way(wanted: Wanted, at: str, to: str, direction: Direction, expected: Expected) -> None:
    hops = route(wanted, Asked("staging", tuple(at.split()), (to,), direction))
    assert [(hop.revision.id, " ".join(hop.versions_after)) for hop in hops] == expected
    states = [tuple(at.split()), *(hop.versions_after for hop in hops)]
    assert [hop.versions_before for hop in hops] == states[:-1]
