"""What a DO block does, where it is one statement after the other."""

from __future__ import annotations

from typing import Any

from assay.rules.data._parsed import kind, parsed, plpgsql


def straight(sql: str) -> list[str] | None:
    """The statements of a block without variables, branches and loops; any other statement by itself.

    None for a block of which they mean nothing outside it.
    """
    if kind(parsed(sql)) != "DoStmt":
        return [sql]
    tree = plpgsql(sql)
    function = tree[0].get("PLpgSQL_function", {}) if tree else {}
    names = {name for each in function.get("datums", ()) for name in _names(each)}
    if not function or names - {"found"}:
        return None
    found = []
    for each in function["action"].get("PLpgSQL_stmt_block", {}).get("body", ()):
        (name, statement), *_ = each.items()
        if name == "PLpgSQL_stmt_execsql" and "into" not in statement:
            found.append(statement["sqlstmt"]["PLpgSQL_expr"]["query"])
        elif name != "PLpgSQL_stmt_return":
            return None
    return found


def _names(datum: dict[str, Any]) -> list[str]:
    return [value.get("refname", "") for value in datum.values()]
