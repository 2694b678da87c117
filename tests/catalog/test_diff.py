"""The algebra of differences, on catalogs that nobody wrote; and renames that must not be believed."""

from __future__ import annotations

from assay.catalog import Catalog, Key, Object, as_ddl, catalog_document, diff, diff_document, load_catalog
from assay.catalog.model import Value
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json

NAMES = st.sampled_from(["a", "b", "c", 'Odd "name"', "d.e"])
VALUES = st.one_of(st.booleans(), st.text(max_size=5), st.tuples(NAMES), st.integers(2, 9))


def _column(table: str, name: str, position: int = 1, **attributes: Value) -> Object:
    return Object(Key("column", "public", name, table), attributes, {"position": position})


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    tables = draw(st.sets(NAMES))
    objects = [Object(Key("table", "public", name), draw(_attributes())) for name in tables]
    for table in tables:
        for place, name in enumerate(draw(st.sets(NAMES))):
            objects.append(
                Object(
                    Key("column", "public", name, table),
                    {**draw(_attributes()), "type": "text"},
                    {"position": place},
                )
            )
        for name in draw(st.sets(NAMES, max_size=2)):
            objects.append(
                Object(Key("index", "public", name, table), {**draw(_attributes()), "definition": "x"})
            )
    return Catalog(objects)


def _attributes() -> st.SearchStrategy[dict[str, Value]]:
    return st.dictionaries(st.sampled_from(["default", "comment", "options"]), VALUES, max_size=2)


@settings(max_examples=50, deadline=None)
@given(catalogs())
def test_nothing_differs_from_itself(catalog: Catalog) -> None:
    assert not diff(catalog, catalog).changes
    assert str(diff(catalog, catalog)) == ""


@settings(max_examples=50, deadline=None)
@given(catalogs(), catalogs())
def test_empty_exactly_when_equal(before: Catalog, after: Catalog) -> None:
    assert (len(diff(before, after)) == 0) == (before == after) == (before.fingerprint == after.fingerprint)


@settings(max_examples=50, deadline=None)
@given(catalogs(), catalogs())
def test_applied_to_the_first_it_gives_the_second(before: Catalog, after: Catalog) -> None:
    objects = dict(before)
    changes = diff(before, after)
    for change in changes:
        if change.before is not None:
            del objects[change.before.key]
    for change in changes:
        if change.after is not None:
            assert change.after.key not in objects
            objects[change.after.key] = change.after
    assert objects == dict(after)


@settings(max_examples=50, deadline=None)
@given(catalogs(), catalogs())
def test_backwards_added_is_removed(before: Catalog, after: Catalog) -> None:
    forth, back = diff(before, after), diff(after, before)
    assert {c.key for c in forth if c.action == "added"} == {c.key for c in back if c.action == "removed"}
    assert {c.key for c in forth if c.action == "removed"} == {c.key for c in back if c.action == "added"}


@settings(max_examples=50, deadline=None)
@given(catalogs(), catalogs())
def test_everything_can_be_told(before: Catalog, after: Catalog) -> None:
    changes = diff(before, after)
    assert bool(str(changes)) == bool(changes)
    for change in changes:
        as_ddl(change)
    assert diff_document(changes, before, after)["after"] == after.fingerprint


@settings(max_examples=50, deadline=None)
@given(catalogs())
def test_a_snapshot_is_the_catalog(catalog: Catalog) -> None:
    written = json.encode(catalog_document(catalog))
    loaded = load_catalog(written)
    assert loaded == catalog
    assert loaded.fingerprint == catalog.fingerprint
    assert json.encode(catalog_document(loaded)) == written


def test_a_column_dropped_and_another_added_is_no_rename() -> None:
    before = Catalog([Object(Key("table", "public", "t"), {}), _column("t", "a", 1), _column("t", "b", 2)])
    after = Catalog([Object(Key("table", "public", "t"), {}), _column("t", "b", 1), _column("t", "c", 2)])
    assert [change.action for change in diff(before, after)] == ["removed", "added"]


def test_two_candidates_are_no_rename() -> None:
    table = Object(Key("table", "public", "t"), {})
    before = Catalog([table, Object(Key("index", "public", "a", "t"), {"definition": "btree (x)"})])
    new = [Object(Key("index", "public", name, "t"), {"definition": "btree (x)"}) for name in "bc"]
    assert str(diff(before, Catalog([table, *new]))) == (
        "table t\n  - index a\n  + index b btree (x)\n  + index c btree (x)"
    )
