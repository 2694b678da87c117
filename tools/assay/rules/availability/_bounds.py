"""A partition's bounds as a condition on its rows."""

from __future__ import annotations

import re

_KEY = re.compile(r"(?P<strategy>RANGE|LIST) \((?P<column>\"(?:[^\"]|\"\")+\"|\w+)\)")
_RANGE = re.compile(r"FOR VALUES FROM \((?P<start>.+)\) TO \((?P<end>.+)\)")
_LIST = re.compile(r"FOR VALUES IN \((?P<values>.+)\)")


def condition(partition_key: str, bound: str) -> str | None:
    """What `pg_get_partkeydef` and the bound say together, for RANGE and LIST of one plain column.

    None for what has no such condition, or none that is written in a line.
    """
    key = _KEY.fullmatch(partition_key)
    if key is None:
        return None
    column = key["column"]
    found = _RANGE.fullmatch(bound)
    if found and key["strategy"] == "RANGE":
        parts = [f"{column} IS NOT NULL"]
        if found["start"] != "MINVALUE":
            parts.append(f"{column} >= {found['start']}")
        if found["end"] != "MAXVALUE":
            parts.append(f"{column} < {found['end']}")
        return " AND ".join(parts)
    found = _LIST.fullmatch(bound)
    if found and key["strategy"] == "LIST" and "NULL" not in found["values"]:
        return f"{column} IS NOT NULL AND {column} IN ({found['values']})"
    return None
