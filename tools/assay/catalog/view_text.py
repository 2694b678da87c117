"""View definitions as every PostgreSQL since 16 writes them.

Up to 15 `pg_get_viewdef` names the table before every column, also where the query has one table only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_QUOTED = r'''"(?:[^"]|"")*"'''
_PLAIN = r"[^\x00-@\[-^`{-\x7f][^\x00-#%-/:-@\[-^`{-\x7f]*"
"""PostgreSQL's manual, "Identifiers and Key Words": whatever is not ASCII counts as a letter.

Said by what it is not, for a class with all of Unicode takes `re` ten milliseconds to compile.
"""
_NAME = rf"(?:{_QUOTED}|{_PLAIN})"
_WORDS = rf"""'(?:[^']|'')*'|{_NAME}(?:\.{_NAME})*(?:\.\*)?|\d[\w.]*|\s+|."""
_SOURCE = rf"(?:ONLY\s+)?(?:{_NAME}\.)*(?P<name>{_NAME})(?:\s+(?P<alias>{_NAME}))?\s*\Z"
_CLAUSES = {"TABLESAMPLE", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR"}
_SETS = {"UNION", "INTERSECT", "EXCEPT"}


def normalised(definition: str) -> str:
    """`definition` without the table's name before its columns, where there is one table only."""
    tokens = list(_levelled(definition))
    name = _only_source(tokens)
    if name is None:
        return definition.strip()
    prefix = f"{name}."
    return "".join(
        text[len(prefix) :] if outer and text.startswith(prefix) and not text.endswith(".*") else text
        for text, _, outer in tokens
    ).strip()


def _levelled(definition: str) -> Iterator[tuple[str, int, bool]]:
    """Each token with its depth in parentheses, and whether it belongs to the outermost query."""
    texts = re.findall(_WORDS, definition, re.DOTALL)  # compiled, and kept by `re`, once there is a view
    nested: list[bool] = []
    for place, text in enumerate(texts):
        if text == "(":
            following = next((t for t in texts[place + 1 :] if not t.isspace()), "")
            nested.append(following in ("SELECT", "WITH", "VALUES"))
        yield text, len(nested), not any(nested)
        if text == ")" and nested:
            nested.pop()


def _only_source(tokens: list[tuple[str, int, bool]]) -> str | None:
    """What the columns of the only table are named after; None where there are several, or none."""
    top = [text for text, depth, _ in tokens if depth == 0]
    if "FROM" not in top or _SETS & set(top):
        return None
    rest = top[top.index("FROM") + 1 :]
    end = next((place for place, text in enumerate(rest) if text in _CLAUSES), len(rest))
    match = re.match(_SOURCE, "".join(rest[:end]).strip())
    return (match["alias"] or match["name"]) if match else None
