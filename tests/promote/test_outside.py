"""What the live schema tells of a statement that no transaction held together."""

from __future__ import annotations

from assay.catalog import Catalog, Key, Object, Value
from assay.promote import PlanStatement, Segment
from assay.promote.outside import judge

TABLE = Object(Key("table", "public", "t"), {})


def index(name: str, **attributes: Value) -> Object:
    return Object(Key("index", "public", name, "t"), {"definition": "btree (a)", **attributes})


def said(
    before: list[Object], after: list[Object], live: list[Object], *, repeatable: bool = True
) -> tuple[str, list[str]]:
    segment = Segment(
        statements=(PlanStatement(sql=""),), outside=True, repeatable=repeatable, fingerprint_after=""
    )
    verdict = judge(Catalog([TABLE, *before]), Catalog([TABLE, *after]), Catalog([TABLE, *live]), segment)
    return verdict.act, [key.name for key in verdict.keys]


def test_an_index_is_there_or_not_or_invalid() -> None:
    made, broken = index("ix"), index("ix", invalid=True)
    assert said([], [made], []) == ("run", [])
    assert said([], [made], [made]) == ("done", [])
    assert said([], [made], [broken]) == ("clear", ["ix"])
    assert said([], [made], [index("ix", invalid=True, not_ready=True)]) == ("clear", ["ix"])


def test_an_index_that_is_half_dropped_is_dropped_again() -> None:
    assert said([index("ix")], [], [index("ix", invalid=True)]) == ("run", [])
    assert said([index("ix")], [], []) == ("done", [])


def test_what_reindex_leaves_is_cleared_and_it_runs_again() -> None:
    old = index("ix")
    for name in ("ix_ccnew", "ix_ccold", "ix_ccnew1"):
        assert said([old], [old], [old, index(name, invalid=True)]) == ("clear", [name])
    assert said([old], [old], [old, index("other", invalid=True)]) == ("refuse", [])
    assert said([old], [old], [old]) == ("run", [])


def test_what_another_did_is_refused() -> None:
    made = index("ix")
    assert said([], [made], [index("other")]) == ("refuse", [])
    assert said([], [made], [index("ix", invalid=True), index("other")]) == ("refuse", [])
    assert said([], [made], [index("ix", definition="btree (b)")]) == ("refuse", [])


def test_a_partition_that_is_being_detached_is_detached() -> None:
    def part(**attributes: Value) -> Object:
        return Object(Key("table", "public", "part"), attributes)

    check = Object(Key("constraint", "public", "part_check", "part"), {"definition": "CHECK (true)"})
    before, after = [part(partition_of="t")], [part(), check]
    pending = part(partition_of="t", detach_pending=True)
    assert said(before, after, [pending, check]) == ("finalize", ["part"])
    assert said(before, after, [pending]) == ("finalize", ["part"])


def test_a_procedure_may_have_done_anything() -> None:
    made = index("ix")
    assert said([], [], [], repeatable=False) == ("unsure", [])
    assert said([], [made], [], repeatable=False) == ("unsure", [])
    assert said([], [made], [made], repeatable=False) == ("unsure", [])
