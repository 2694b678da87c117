"""Which rows belong into a partition, as a condition on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assay.preflight.definition import groups, index

_HASH = re.compile(r"FOR VALUES WITH \(modulus (\d+), remainder (\d+)\)")
_OPEN = ("MINVALUE", "MAXVALUE")


def condition(partition_key: str, bound: str, parent: str | None, others: Iterable[str] = ()) -> str:
    """What `pg_get_partkeydef` and a partition's bound say together, as SQL that is never NULL.

    `parent` names the partitioned table where the condition is asked; `others` are the bounds beside a
    DEFAULT. Raises LookupError, with the reason as a clause, where there is no such condition.
    """
    strategy, _, columns = partition_key.partition(" ")
    keys = _keys(columns)
    if bound == "DEFAULT":
        taken = [f"({condition(partition_key, other, parent)})" for other in others]
        return f"NOT ({' OR '.join(taken)})" if taken else "true"
    if strategy == "HASH":
        return _hash(bound, keys, parent)
    return _list(bound, keys[0]) if strategy == "LIST" else _range(bound, keys)


def _keys(columns: str) -> tuple[str, ...]:
    parts = index(f"btree {columns}")
    if parts is None or parts.parts != parts.expressions:
        raise LookupError("the partition key has an operator class or a collation of its own")
    return parts.expressions


def _hash(bound: str, keys: tuple[str, ...], parent: str | None) -> str:
    found = _HASH.fullmatch(bound)
    if found is None or parent is None:
        raise LookupError("the hash of a row depends on a partitioned table that is not there yet")
    table = "'" + parent.replace("'", "''") + "'::regclass"
    return f"satisfies_hash_partition({table}, {found[1]}, {found[2]}, {', '.join(keys)})"


def _list(bound: str, key: str) -> str:
    values = next(groups(bound))
    some = [value for value in values if value != "NULL"]
    within = f"{key} IN ({', '.join(some)})"
    if len(some) == len(values):
        return f"{key} IS NOT NULL AND {within}"
    return f"({key} IS NULL OR {within})" if some else f"{key} IS NULL"


def _range(bound: str, keys: tuple[str, ...]) -> str:
    start, end = groups(bound)
    parts = [f"{key} IS NOT NULL" for key in keys]
    parts += _side(keys, start, {"": ">=", "MINVALUE": ">=", "MAXVALUE": ">"})
    parts += _side(keys, end, {"": "<", "MINVALUE": "<", "MAXVALUE": "<="})
    return " AND ".join(parts)


def _side(keys: tuple[str, ...], values: list[str], operators: dict[str, str]) -> Iterator[str]:
    """The values up to the first that is open: behind that, none counts."""
    count = next((n for n, value in enumerate(values) if value in _OPEN), len(values))
    kind = values[count] if count < len(values) else ""
    operator = operators[kind]
    if count:
        yield f"{_row(keys[:count])} {operator} {_row(values[:count])}"
    elif operator in (">", "<"):
        yield "false"


def _row(parts: tuple[str, ...] | list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"
