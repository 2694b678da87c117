"""What of a schema a running release knows while the revisions of one run (pull request) come one by one."""

from __future__ import annotations

from msgspec.structs import replace

from assay.catalog import Catalog, Object
from assay.catalog.index import RELATIONS

_LISTED = ("values", "grants")
"""Attributes whose entries count one by one: an enum's values, an object's privileges."""


def released(now: Catalog, first: Catalog) -> Catalog:
    """`now` without what has been made since `first`: objects that had neither this OID nor this name then.

    What took the place of another under its name is what a release finds there, and stays. Of an enum's
    values and an object's privileges those stay that it had.
    """
    if not first:
        return first
    pairs = {
        key: (item, first.numbered.get(item.id) or first.get(key)) for key, item in now.unlike(first).items()
    }
    made = [key for key, (_, was) in pairs.items() if was is None]
    told = {key: _as_known(item, was) for key, (item, was) in pairs.items() if was is not None}
    less = {key: item for key, item in told.items() if item is not now[key]}
    return now.but(made, less) if made or less else now


def fresh(now: Catalog, released: Catalog) -> frozenset[int]:
    """The OIDs of the relations of `now` that are not in `released`."""
    made = (item for kind in RELATIONS for item in now.of_kind(kind) if item.key not in released)
    return frozenset(item.id[1] for item in made if item.id is not None)


def _as_known(item: Object, was: Object) -> Object:
    attributes = dict(item.attributes)
    for name in _LISTED:
        entries, before = item.get(name), was.get(name)
        if isinstance(entries, tuple) and entries != before:
            attributes[name] = tuple(each for each in entries if isinstance(before, tuple) and each in before)
    return replace(item, attributes=attributes) if attributes != item.attributes else item
