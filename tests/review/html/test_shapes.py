"""The pure parts: lanes of the history, places of tables, spans of locks, colours of SQL, advice."""

from __future__ import annotations

import re
from html import unescape
from itertools import combinations
from typing import Literal

import pytest
from assay.report.documents import ErrorDocument
from assay.review.html import history, render
from assay.review.html.advice import taken_apart
from assay.review.html.cards import cards
from assay.review.html.code import highlight, numbered
from assay.review.html.diagram import drawn
from assay.review.html.layers import laid_out
from assay.review.html.shown import shown
from assay.review.html.timeline import COLUMNS, panels
from assay.review.locks import holds
from assay.review.model import SchemaChange
from assay.review.whole import folded
from hypothesis import given
from hypothesis import strategies as st

from tests.review import documents as doc

from . import samples

NAMES = [f"t{n}" for n in range(12)]
EDGES = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=30)
SIZES = st.lists(st.tuples(st.integers(60, 300), st.integers(40, 400)), min_size=12, max_size=12)


@given(EDGES, SIZES)
def test_no_table_stands_upon_another(edges: list[tuple[str, str]], sizes: list[tuple[int, int]]) -> None:
    boxes = laid_out(dict(zip(NAMES, sizes, strict=True)), edges).boxes
    for a, b in combinations(boxes.values(), 2):
        apart = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert apart or a.y + a.height <= b.y + 1 or b.y + b.height <= a.y + 1


@given(EDGES)
def test_edges_always_lead_to_another_column(edges: list[tuple[str, str]]) -> None:
    boxes = laid_out(dict.fromkeys(NAMES, (100, 50)), edges).boxes
    assert [
        edge for edge in edges if edge[0] != edge[1] and boxes[edge[0]].column == boxes[edge[1]].column
    ] == []


def test_the_diagram_of_forty_tables_holds_them_all() -> None:
    review = samples.wide()
    diagram = drawn(review.schema.tables, review.schema.links)
    assert len(diagram.tables) == 40
    assert len(diagram.links) == len(review.schema.links)
    assert all(table.x + table.width <= diagram.width for table in diagram.tables)
    assert all(table.y + table.height <= diagram.height for table in diagram.tables)


def test_a_branch_has_a_lane_of_its_own_until_the_merge() -> None:
    nodes = [doc.node("a"), doc.node("b", "a"), doc.node("c", "a"), doc.node("m", "b", "c")]
    rows = history.rows(nodes)
    assert [row.x for row in rows] == [12, 12, 32, 12]
    assert [len(row.tails) for row in rows] == [2, 2, 2, 0]


def test_parents_stand_above_their_children_in_whatever_order_they_come() -> None:
    nodes = [doc.node("m", "b", "c"), doc.node("c", "a"), doc.node("b", "a"), doc.node("a", "older")]
    rows = history.rows(nodes)
    assert [row.node.id for row in rows] == ["a", "c", "b", "m"]
    assert [row.older for row in rows] == [True, False, False, False]


def test_a_circle_of_parents_does_not_hang() -> None:
    assert len(history.rows([doc.node("a", "b"), doc.node("b", "a"), doc.node("c", "c")])) == 3


def test_a_bar_lasts_from_the_statement_that_takes_the_lock_to_the_end() -> None:
    review = samples.small()
    (panel,) = panels(review.revisions, holds(review), "upgrade")
    told = {
        track.relation: [(len(cell.columns), cell.hold.mode if cell.hold else None) for cell in track.cells]
        for track in panel.tracks
    }
    assert told == {
        "companies": [(2, "AccessExclusiveLock"), (2, None)],
        "filings": [(1, None), (1, "AccessExclusiveLock"), (1, "ShareUpdateExclusiveLock"), (1, None)],
        "sources": [(1, None), (1, "ShareLock"), (2, None)],
    }


def test_revisions_share_a_picture_while_they_fit() -> None:
    review = samples.large(revisions=5, statements=COLUMNS // 2)
    found = panels(review.revisions, holds(review), "upgrade")
    assert [len(panel.revisions) for panel in found] == [2, 2, 1]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r")))
def test_colours_change_no_letter(sql: str) -> None:
    assert unescape(re.sub("<[^>]+>", "", highlight(sql))) == shown(sql)


def test_lines_are_numbered_where_they_change() -> None:
    text = numbered("SELECT 1,\n  2,\n  3", [7, 7, 9])
    assert text == (
        "<span data-n=7></span><b>SELECT</b> <u>1</u>,\n  <u>2</u>,\n<span data-n=9></span>  <u>3</u>"
    )


@pytest.mark.parametrize(
    ("text", "prose", "code"),
    [
        ("Index it.", "Index it.", ""),
        ("op.drop_index('ix')", "", "op.drop_index('ix')"),
        ("First this:\n\nop.a()\n\nop.b()", "First this:", "op.a()\n\nop.b()"),
        ("CREATE INDEX ix ON t (c);\nANALYZE t", "CREATE INDEX ix ON t (c);\nANALYZE t", ""),
        ("", "", ""),
        ("(" * 9000, "(" * 9000, ""),
    ],
    ids=["prose", "code", "both", "sql", "nothing", "parser's depth"],
)
def test_advice_is_taken_apart(text: str, prose: str, code: str) -> None:
    assert taken_apart(text) == (prose, code)


def test_a_new_table_is_told_as_one_statement() -> None:
    def change(kind: str, ddl: str, mark: Literal["added", "changed"] = "added") -> SchemaChange:
        return SchemaChange(kind=kind, name="notes", table="notes", mark=mark, renamed_from=None, ddl=ddl)

    index = change("index", "CREATE INDEX ix ON notes (id)")
    told = folded(
        [
            change("table", "CREATE TABLE notes"),
            change("column", "ALTER TABLE notes ADD COLUMN id uuid NOT NULL"),
            change("constraint", "ALTER TABLE notes ADD CONSTRAINT pk PRIMARY KEY (id)"),
            index,
        ]
    )
    assert [each.ddl for each in told] == [
        "CREATE TABLE notes (\n    id uuid NOT NULL,\n    CONSTRAINT pk PRIMARY KEY (id)\n)",
        index.ddl,
    ]
    old = [change("table", "ALTER TABLE notes SET LOGGED", "changed"), index]
    assert folded(old) == old


def test_an_edited_definition_shows_which_lines_changed() -> None:
    page = render(samples.small())
    assert (
        "  CREATE OR REPLACE VIEW latest AS\n   SELECT &lt;b&gt;,\n<del>-     fund</del>\n"
        "<ins>+     currency</ins>\n     FROM companies;" in page
    )


def test_a_statement_says_how_far_it_came() -> None:
    why = "the upgrade stopped before it: no such column"
    found = [
        doc.effect(doc.lock("t")),
        doc.effect(error=ErrorDocument("42703", "no such column"), proven=False, unproven="it failed"),
        doc.effect(proven=False, unproven=why),
        doc.effect(proven=False, unproven="its locks ended"),
        None,
    ]
    page = render(doc.review(revisions=[doc.revision("a", *(doc.statement(effect=each) for each in found))]))
    assert re.findall(
        r'<span class="(?:pill (?:warn|bad)|failed|unproven)">((?:\d |)(?:failed|not \w+|unproven))<', page
    ) == [
        *("failed", "not reached", "unproven", "not run"),
        "not known",
        *("1 failed", "1 not reached", "1 unproven", "1 not run"),
    ]
    told = [f"Not reached: {why}", "Unproven: its locks ended", "Not run"]
    assert re.findall(r'<p class="(?:unproven|bad)">([^<]+)</p>', page) == [
        "fails: no such column (42703)",
        *told,
    ]
    assert page.count('class="statement is-failed"') == 1
    assert page.count('class="statement is-unproven"') == 3


def test_the_reviewers_questions_lead_to_their_sections() -> None:
    review = samples.small()
    found = cards(review, holds(review))
    assert [(card.anchor, card.tone) for card in found] == [
        ("schema", "plain"),
        ("locks", "bad"),
        ("rollback", "warn"),
        ("environments", "plain"),
        ("sql", "warn"),
    ]
    assert "<code>filings</code>" in found[1].answer
    assert [card.tone for card in cards(doc.review(), ())] == ["plain", "good", "plain", "plain", "good"]
