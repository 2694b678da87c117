"""The pictures: what they tell, their limits, and that the real Mermaid parses every one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from assay.review import Review
from assay.review.mermaid import CHARACTERS, EDGES, entities, history, locks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.review import documents as make
from tests.review.mermaid import Mermaid, installed

PICTURES: tuple[Callable[..., str | None], ...] = (history, entities, locks)
MODES = ("AccessExclusiveLock", "ShareLock", "ShareUpdateExclusiveLock", "no such lock")
ATOMS = (
    *(
        '"',
        "'",
        "`",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        "<",
        ">",
        "|",
        "%%",
        "%%{init: {}}%%",
        ";",
        ":",
        ":::",
        "#",
    ),
    *(
        "#quot;",
        "#35;",
        "&lt;",
        "ﬂ°°60¶ß",
        "\\",
        "\n",
        "\r\n",
        "\t",
        "\u202e",
        "\u2028",
        "\x1b[31m",
        "\x00",
        "😀",
    ),
    *(
        "end",
        "click n0 href",
        "direction TB",
        "style",
        "style:x",
        "classDef x:y",
        "class",
        "subgraph",
        "graph",
    ),
    *(
        "title ",
        "section ",
        "gantt",
        "erDiagram",
        "accTitle:",
        "accDescr {",
        "2024-01-01",
        "pk",
        "FK",
        "~",
        "~~",
    ),
    *(
        "<br>",
        "<script>alert(1)</script>",
        "-->",
        "||--o{",
        "1. ",
        "- ",
        "# ",
        "__",
        "**",
        "www.",
        "http://x",
        " ",
    ),
    *(
        "---",
        "```",
        "𠀀",
        "ﷺ",
        "ß",
        "one or more",
        "to",
        "u.",
        "*",
        ",",
        "$$x$$",
        "@{ shape: x }",
        "fa:fa-car",
    ),
)
hostile = st.lists(st.sampled_from(ATOMS) | st.text(max_size=4), max_size=6).map("".join)


@pytest.fixture(scope="session")
def mermaid(request: pytest.FixtureRequest) -> Mermaid:
    return installed(request.config.cache.mkdir("assay-mermaid"))


@st.composite
def reviews(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Review:
    names = draw(st.lists(hostile, min_size=2, max_size=4))
    one = st.sampled_from(names) | hostile
    marks = st.sampled_from(("added", "removed", "changed", "renamed", "unchanged"))
    states = st.sampled_from(("merged", "new", "edited", "re-parented", "removed"))
    parents = st.lists(one, max_size=2)
    columns = st.builds(
        make.column, one, hostile, marks, primary=st.booleans(), foreign=st.booleans(), nullable=st.booleans()
    )
    nodes = [
        make.node(name, *draw(parents), message=draw(hostile), state=draw(states), depends_on=draw(parents))
        for name in names
    ]
    tables = [make.table(name, *draw(st.lists(columns, max_size=3)), mark=draw(marks)) for name in names]
    links = [make.link(draw(one), draw(one), draw(hostile), mark=draw(marks)) for _ in names]
    lock = make.lock(draw(one), draw(st.sampled_from(MODES)))
    renames = [make.renamed("table", names[0], draw(hostile))]
    return make.review(
        history=make.history(*nodes, make.node(draw(one))),
        schema=make.schema(*tables, make.table(draw(one)), links=links, changes=renames),
        revisions=[make.revision(name, make.statement(effect=make.effect(lock))) for name in names],
    )


def made(count: int) -> list[Review]:
    """As many hostile reviews, the same ones each time."""
    found: list[Review] = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(reviews())
    def collect(review: Review) -> None:
        found.append(review)

    collect()
    return found


def chain(count: int, **fields: Any) -> Review:
    nodes = [make.node(f"{n:04}", *([f"{n - 1:04}"] if n else []), **fields) for n in range(count)]
    return make.review(history=make.history(make.node("base", state="merged", message="m" * 60), *nodes))


def text(picture: str | None) -> str:
    assert picture is not None
    return picture


@pytest.mark.parametrize("picture", PICTURES)
def test_nothing_changed_makes_no_picture(picture: Callable[[Review], str | None]) -> None:
    same = make.review(
        history=make.history(make.node("0001", state="merged")),
        schema=make.schema(make.table("companies", mark="unchanged")),
        revisions=[make.revision("0001", make.statement(effect=make.effect()))],
    )
    assert picture(make.review()) is None
    assert picture(same) is None


def test_the_history_says_in_words_what_happened_to_each_revision() -> None:
    picture = text(history(make.rich()))
    boxes = {line.strip().partition("<br/>")[0] for line in picture.splitlines() if "<br/>" in line}
    assert boxes == {
        'n0(["0001 #40;was a head#41;',
        'n1["0002 #40;new#41;',
        'n2["0003 #40;new, head#41;',
        'n3["0004 #40;edited#41;',
        'n4["0005 #40;re-parented, head#41;',
        'n5["0006 #40;removed, was a head#41;',
    }
    assert "  n3 --> n4\n  n0 -.->|before| n4\n  n0 -.->|removed| n5" in picture


def test_a_parent_that_the_review_does_not_have_is_drawn_as_such() -> None:
    picture = text(history(make.review(history=make.history(make.node("b", "a", depends_on=["c"])))))
    assert (
        '  x0(["a<br/>not shown"])\n  x1(["c<br/>not shown"])\n  x0 --> n0\n  x1 -.->|depends on| n0'
        in picture
    )


def test_what_a_merged_revision_stands_on_is_not_drawn() -> None:
    nodes = [make.node("b", "a", state="merged"), make.node("c", "b")]
    assert "not shown" not in text(history(make.review(history=make.history(*nodes))))


def test_the_tables_say_what_happened_to_them_and_to_their_columns() -> None:
    lines = text(entities(make.rich())).splitlines()
    assert '  t0["companies #40;changed#41;"] {' in lines
    assert '    character_varying(3) currency "new, may be null"' in lines
    assert '    text name "was title"' in lines
    assert '    more columns "8 not shown"' in lines
    assert "    bigint company_id FK" in lines
    assert '  t3["sources"] {' in lines
    assert '  t0 |o--o| t2 : "company_id #40;new#41;"' in lines
    assert '  t3 ||..o{ t1 : "source_id #40;removed#41;"' in lines


def test_a_name_that_mermaid_cannot_spell_is_told_beside_it() -> None:
    table = make.table("t", make.column('a "b"', "int[]", "added"), make.column("pk"), make.column("9"))
    lines = text(entities(make.review(schema=make.schema(table)))).splitlines()
    assert lines[2:5] == [
        '    int[] a__b_ "new, may be null, called a #34;b#34;"',
        '    text _pk "called pk"',
        '    text _9 "called 9"',
    ]


def test_the_locks_reach_from_the_statement_that_takes_them_to_the_last_that_holds_them() -> None:
    lines = text(locks(make.rich())).splitlines()
    assert lines[lines.index("  section 0002 companies ACCESS EXCLUSIVE") :] == [
        "  section 0002 companies ACCESS EXCLUSIVE",
        "  reads and writes wait#44; about 5 min :crit, 500, 2s",
        "  section 0002 filings ACCESS EXCLUSIVE",
        "  reads and writes wait#44; about 5 min :crit, 1500, 1s",
        "  section 0002 sources SHARE",
        "  writes wait#44; about 5 min :1500, 1s",
        "  section 0003 filings SHARE UPDATE EXCLUSIVE",
        "  other schema changes wait#44; about 69 s :500, 1s",
    ]


def test_mermaid_parses_every_picture(mermaid: Mermaid) -> None:
    reviewed = [make.rich(), far_too_large(), chain(EDGES + 1), *made(100)]
    pictures = [picture(review) for review in reviewed for picture in PICTURES]
    drawn = [each for each in pictures if each is not None]
    assert len(drawn) > 200
    assert mermaid.refused(drawn) == []


@pytest.mark.parametrize("atom", ATOMS)
def test_no_atom_is_left_as_it_was(atom: str) -> None:
    name = f"a {atom} b"
    review = make.review(
        history=make.history(make.node(name, message=name)),
        schema=make.schema(make.table(name, make.column(name, name, "added"))),
        revisions=[make.revision(name, make.statement(effect=make.effect(make.lock(name))))],
    )
    for picture in PICTURES:
        lines = text(picture(review)).splitlines()
        assert not any(
            sign in line for line in lines for sign in ("%%", "<script", "```", "\x1b", "direction TB")
        )


def test_mermaid_has_these_limits(mermaid: Mermaid) -> None:
    edges = ["flowchart TB", *(f"n{n} --> n{n + 1}" for n in range(EDGES + 1))]
    answer = mermaid.ask(["\n".join(edges[:-1]), "\n".join(edges)])
    whole, one_more = answer["said"]
    assert whole is None
    assert "500" in one_more
    assert (answer["maxTextSize"], answer["maxEdges"]) == (CHARACTERS, EDGES)


def test_a_history_at_the_limit_of_edges_is_whole_and_one_more_leaves_some_out() -> None:
    whole = text(history(chain(EDGES + 1, message="x")))
    cut = text(history(chain(EDGES + 2, message="x")))
    assert whole.count(" --> ") == EDGES
    assert cut.count(" --> ") == EDGES
    assert "not shown" not in whole
    assert "2 more revisions not shown" in cut  # the merged one goes first, and has no edge


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_that_just_fits_is_whole_and_one_character_less_leaves_something_out(
    picture: Callable[..., str | None],
) -> None:
    whole = text(picture(make.rich()))
    assert text(picture(make.rich(), len(whole))) == whole
    cut = text(picture(make.rich(), len(whole) - 1))
    assert len(cut) < len(whole)
    assert "not shown" in cut


def test_characters_count_as_mermaid_counts_them() -> None:
    review = make.review(schema=make.schema(make.table("𠀀" * 20)))
    whole = text(entities(review))
    assert text(entities(review, len(whole) + 20)) == whole
    assert text(entities(review, len(whole) + 19)) != whole


def test_neighbours_are_left_out_first_then_columns_that_did_not_change() -> None:
    whole = text(entities(make.rich()))
    cuts = [text(entities(make.rich(), size)) for size in range(len(whole), 200, -20)]
    without_neighbours = next(n for n, cut in enumerate(cuts) if "sources" not in cut)
    without_details = next(n for n, cut in enumerate(cuts) if "detail_0" not in cut)
    without_changes = next(n for n, cut in enumerate(cuts) if "currency" not in cut)
    assert without_neighbours < without_details < without_changes


def test_merged_revisions_are_left_out_first_then_the_oldest_new_ones() -> None:
    whole = text(history(chain(9)))
    cuts = [text(history(chain(9), size)) for size in range(len(whole), 300, -1)]
    kept = [
        [n for n in ("base", "0000", "0004", "0008") if f'"{n} ' in cut or f'"{n}<' in cut] for cut in cuts
    ]
    assert kept[0] == ["base", "0000", "0004", "0008"]
    assert [row for n, row in enumerate(kept) if row not in kept[:n]][:4] == [
        ["base", "0000", "0004", "0008"],
        ["0000", "0004", "0008"],
        ["0004", "0008"],
        ["0008"],
    ]


def far_too_large() -> Review:
    columns = [make.column(f"column_{n}", "numeric(20,4)", "added") for n in range(40)]
    many = [f"{'table' * 9}_{n}" for n in range(900)]
    return make.review(
        history=chain(2000, message="message " * 20).history,
        schema=make.schema(*(make.table(name, *columns) for name in many)),
        revisions=[make.revision("1", make.statement(effect=make.effect(*map(make.lock, many))))],
    )


def test_what_is_far_too_large_is_cut_to_the_limit_in_all_three() -> None:
    pictures = [text(picture(far_too_large())) for picture in PICTURES]
    assert all(CHARACTERS * 0.95 < len(picture) <= CHARACTERS for picture in pictures)
    assert all("more" in picture and "not shown" in picture for picture in pictures)
