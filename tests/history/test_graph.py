from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
from alembic.script.revision import CycleDetected, RevisionMap
from alembic.script.revision import Revision as AlembicRevision
from assay.errors import UsageError
from assay.history.graph import Graph
from assay.history.names import resolve
from assay.model import Revision
from hypothesis import given
from hypothesis import strategies as st


def revision(
    name: str, *down: str, depends_on: tuple[str, ...] = (), labels: tuple[str, ...] = ()
) -> Revision:
    return Revision(name, f"{name}.py", b"", down, labels, depends_on)


def graph(*revisions: Revision) -> Graph:
    return Graph({each.id: each for each in revisions})


def alembics(revisions: list[Revision]) -> RevisionMap:
    made = [AlembicRevision(r.id, r.down_revisions, r.depends_on, r.branch_labels) for r in revisions]
    return RevisionMap(lambda: made)


@st.composite
def histories(draw: st.DrawFn, cyclic: bool = False) -> list[Revision]:
    """Random graphs in random file order."""
    count = draw(st.integers(1, 9))
    ids = [f"rev{index}" for index in range(count)]
    made = []
    for index, each in enumerate(ids):
        below = [other for other in (ids if cyclic else ids[:index]) if other != each]
        some = st.lists(st.sampled_from(below), max_size=2, unique=True) if below else st.just([])
        down = draw(some)
        needs = [other for other in draw(some) if other not in down]
        made.append(revision(each, *down, depends_on=tuple(needs)))
    return draw(st.permutations(made))


@given(histories())
def test_heads_bases_and_order_agree_with_alembic(made: list[Revision]) -> None:
    ours, theirs = graph(*made), alembics(made)
    assert ours.heads == theirs.heads
    assert ours.bases == theirs.bases
    assert ours.cycles() == ()
    order = ours.order()
    assert sorted(order) == sorted(each.id for each in made)
    for each in made:
        assert all(order.index(need) < order.index(each.id) for need in each.down_revisions + each.depends_on)


@given(histories(), st.data())
def test_ranges_agree_with_alembic(made: list[Revision], data: st.DataObject) -> None:
    low, high = (data.draw(st.sampled_from(made)).id for _ in range(2))
    ours, theirs = graph(*made), alembics(made)
    if low in ours.ancestors([high]):
        needed = {r.revision for r in theirs.iterate_revisions(high, low, implicit_base=True)}
        assert resolve(ours, [f"{low}:{high}"]) == needed
    assert resolve(ours, ["base:heads"]) == {r.revision for r in theirs.iterate_revisions("heads", "base")}


@given(histories(cyclic=True))
def test_finds_every_cycle_that_alembic_finds(made: list[Revision]) -> None:
    rings = graph(*made).cycles()
    theirs = alembics(made)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _ = theirs.heads
    except CycleDetected:
        assert rings  # Alembic itself overlooks some rings of `depends_on`
    for ring in rings:
        needs = {each.id: each.down_revisions + each.depends_on for each in made}
        assert all(below in needs[above] for above, below in zip(ring, (*ring[1:], ring[0]), strict=True))


def test_a_revision_that_stands_on_itself_is_a_ring() -> None:
    assert graph(revision("a", "a"), revision("b", "a")).cycles() == (("a",),)


def test_what_a_ring_blocks_comes_last() -> None:
    made = graph(revision("c", "b"), revision("b", "a"), revision("a", "b"), revision("x"))
    assert made.order() == ["x", "c", "b", "a"]
    assert made.cycles() == (("b", "a"),)


def test_depends_on_may_name_a_label() -> None:
    made = graph(revision("a", depends_on=("reports",)), revision("b", labels=("reports",)))
    assert made.order() == ["b", "a"]
    assert made.heads == ("a", "b")


def test_a_thousand_revisions_are_no_recursion() -> None:
    made = graph(*(revision(str(n), *([str(n - 1)] if n else [])) for n in reversed(range(5_000))))
    assert made.order() == [str(n) for n in range(5_000)]
    assert made.heads == ("4999",)


LINE = (
    revision("aaaa1"),
    revision("bbbb1", "aaaa1", labels=("reports",)),
    revision("bbbb2", "bbbb1"),
    revision("cccc1", "aaaa1"),
    revision("cccc2", "cccc1"),
    revision("dddd1", "bbbb2", "cccc2"),
)
FORKED = LINE[:-1]


@pytest.mark.parametrize(
    ("made", "names", "expected"),
    [
        pytest.param(LINE, ["aaaa1"], "aaaa1", id="id"),
        pytest.param(LINE, ["aa"], "aaaa1", id="abbreviated"),
        pytest.param(LINE, ["head"], "dddd1", id="head"),
        pytest.param(FORKED, ["heads"], "bbbb2 cccc2", id="heads"),
        pytest.param(FORKED, ["reports@head"], "bbbb2", id="label-head"),
        pytest.param(FORKED, ["cccc1@head"], "cccc2", id="id-as-label"),
        pytest.param(FORKED, ["reports"], "bbbb1", id="label"),
        pytest.param(FORKED, ["reports@bbbb2"], "bbbb2", id="label-id"),
        pytest.param(FORKED, ["reports@-1"], "bbbb1", id="label-steps"),
        pytest.param(FORKED, ["-1"], "bbbb1 cccc1", id="steps-from-heads"),
        pytest.param(FORKED, ["cccc2-1"], "cccc1", id="steps-down"),
        pytest.param(FORKED, ["cccc2-2"], "aaaa1", id="two-steps-down"),
        pytest.param(FORKED, ["cccc1+1"], "cccc2", id="steps-up"),
        pytest.param(FORKED, ["base+1"], "aaaa1", id="up-from-base"),
        pytest.param(FORKED, ["reports@aaaa1+1"], "bbbb1", id="up-a-branch"),
        pytest.param(FORKED, ["aaaa1:cccc2"], "cccc1 cccc2", id="range"),
        pytest.param(FORKED, ["aaaa1:heads"], "bbbb1 bbbb2 cccc1 cccc2", id="range-to-heads"),
        pytest.param(FORKED, ["base:bbbb1"], "aaaa1 bbbb1", id="range-from-base"),
        pytest.param(FORKED, [":bbbb1"], "aaaa1 bbbb1", id="range-from-nothing"),
        pytest.param(FORKED, ["cccc1:+1"], "cccc2", id="relative-range"),
        pytest.param(FORKED, ["cccc2-1:cccc2"], "cccc2", id="range-of-steps"),
        pytest.param(FORKED, ["cccc2:aaaa1"], "", id="backward-range"),
        pytest.param(LINE, ["aaaa1", "dddd1"], "aaaa1 dddd1", id="two"),
    ],
)
def test_names(made: tuple[Revision, ...], names: list[str], expected: str) -> None:
    assert resolve(graph(*made), names) == set(expected.split())


@pytest.mark.parametrize(
    ("made", "name", "message", "advice"),
    [
        pytest.param(LINE, "aaab1", "There is no revision `aaab1`.", "Did you mean aaaa1?", id="unknown"),
        pytest.param(
            LINE,
            "bb",
            "`bb` is ambiguous: bbbb1, bbbb2 begin with it.",
            "Give more characters.",
            id="ambiguous",
        ),
        pytest.param(
            FORKED,
            "head",
            "`head` means one head, and there are 2: bbbb2, cccc2.",
            "Say `heads`, or which.",
            id="heads",
        ),
        pytest.param(
            FORKED,
            "aaaa1+1",
            "`aaaa1+1` is ambiguous: it may be bbbb1 or cccc1.",
            "Name the one you mean.",
            id="two-ways",
        ),
        pytest.param(LINE, "dddd1+1", "`dddd1+1` goes past the end of the history.", None, id="end"),
        pytest.param(
            LINE, "aaaa1-2", "`aaaa1-2` goes past the end of the history.", None, id="past-the-base"
        ),
        pytest.param(
            LINE,
            "+1",
            "`+1` counts from where a database is, and none is asked here.",
            None,
            id="nowhere",
        ),
        pytest.param(LINE, "base", "`base` means no revision here.", None, id="base"),
        pytest.param(LINE, "cccc1@bbbb1", "There is no revision `cccc1@bbbb1`.", None, id="other-branch"),
        pytest.param(LINE, "", "There is no revision ``.", None, id="empty"),
    ],
)
def test_names_that_mean_nothing(
    made: tuple[Revision, ...], name: str, message: str, advice: str | None
) -> None:
    with pytest.raises(UsageError) as error:
        resolve(graph(*made), [name])
    assert error.value.message == message
    assert advice is None or error.value.advice == advice


@pytest.mark.parametrize("pick", [lambda g: g.heads, lambda g: tuple(g.order())], ids=["heads", "order"])
def test_an_empty_history(pick: Callable[[Graph], tuple[str, ...]]) -> None:
    assert pick(graph()) == ()
