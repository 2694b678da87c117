"""View definitions as PostgreSQL 15 writes them, and as 16 and later do."""

from __future__ import annotations

import pytest
from assay.catalog.view_text import normalised

SAME = [
    "SELECT c.name,\n    i.amount\n   FROM (public.companies c\n     JOIN public.invoices i ON ((i.company_id = c.id)))",
    "SELECT a.x\n   FROM public.a\nUNION\n SELECT b.x\n   FROM public.b",
    "SELECT a.*::public.a AS whole\n   FROM public.a",
    "SELECT 1 AS one",
    "SELECT x.x FROM public.x, public.y",
]


@pytest.mark.parametrize("text", SAME)
def test_left_alone(text: str) -> None:
    assert normalised(text) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            " SELECT a.x,\n    a.y\n   FROM public.a\n  WHERE (a.x > 1)",
            "SELECT x,\n    y\n   FROM public.a\n  WHERE (x > 1)",
        ),
        ('SELECT "A b"."C d" FROM public."A b"', 'SELECT "C d" FROM public."A b"'),
        ("SELECT g.g FROM generate_series(1, 3) g(g)", "SELECT g FROM generate_series(1, 3) g(g)"),
        ("SELECT a.x FROM ONLY public.a", "SELECT x FROM ONLY public.a"),
        ("SELECT größe.maß FROM public.größe", "SELECT maß FROM public.größe"),
        ("SELECT a€§b.x FROM public.a€§b", "SELECT x FROM public.a€§b"),
        ("SELECT 😀.x FROM public.😀", "SELECT x FROM public.😀"),
        ("SELECT k.x FROM public.\u4f1a\u793e k", "SELECT x FROM public.\u4f1a\u793e k"),
        ("SELECT t.x FROM public.a t ORDER BY t.x", "SELECT x FROM public.a t ORDER BY x"),
        ("SELECT a.x, 'a.x' AS t FROM public.a", "SELECT x, 'a.x' AS t FROM public.a"),
        (
            "SELECT a.x FROM public.a WHERE (EXISTS ( SELECT 1 FROM public.b WHERE (b.x = a.x)))",
            "SELECT x FROM public.a WHERE (EXISTS ( SELECT 1 FROM public.b WHERE (b.x = a.x)))",
        ),
        (
            "WITH w AS (\n SELECT a.x FROM public.a\n)\n SELECT w.x FROM w",
            "WITH w AS (\n SELECT a.x FROM public.a\n)\n SELECT x FROM w",
        ),
        (
            "SELECT count(a.x) AS n FROM public.a GROUP BY a.y",
            "SELECT count(x) AS n FROM public.a GROUP BY y",
        ),
    ],
)
def test_the_only_table_is_not_named(old: str, new: str) -> None:
    assert normalised(old) == new
    assert normalised(new) == new
