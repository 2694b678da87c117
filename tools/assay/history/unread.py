"""What env.py says of the places of revisions, which nobody knows before it runs."""

from __future__ import annotations

import ast
from pathlib import Path

OPTION = "version_locations"


def line_of_locations(env_py: Path) -> int | None:
    """The line on which env.py sets the folders of revisions; None where it does not, or cannot be read."""
    try:
        source = env_py.read_bytes()
        tree = ast.parse(source) if OPTION.encode() in source else None
    except (OSError, SyntaxError, ValueError):
        return None
    found = (node for node in ast.walk(tree) if isinstance(node, ast.expr) and _sets(node)) if tree else ()
    return min((node.lineno for node in found), default=None)


def _sets(node: ast.expr) -> bool:
    """An option of the configuration, an attribute or an argument of ScriptDirectory."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        texts = (each.value for each in node.args if isinstance(each, ast.Constant))
        option = name in ("set_main_option", "set_section_option") and OPTION in texts
        return option or any(keyword.arg == OPTION for keyword in node.keywords)
    return isinstance(node, ast.Attribute) and node.attr == OPTION and isinstance(node.ctx, ast.Store)
