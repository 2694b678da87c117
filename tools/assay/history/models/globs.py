"""Which paths a list of globs means."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_MEANINGS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def glob_filter(globs: Sequence[str], folder: str = "") -> Callable[[str], bool]:
    """Whether a POSIX path below `folder` matches one of the globs and none of those that start with `!`.

    `**/` stands for any number of folders, or none; the paths and `folder` are relative to the same place.
    """
    prefix = f"{folder.strip('/')}/" if folder not in ("", ".") else ""
    within = [_compiled(glob) for glob in globs if not glob.startswith("!")]
    without = [_compiled(glob[1:]) for glob in globs if glob.startswith("!")]

    def wanted(path: str) -> bool:
        inner = path[len(prefix) :]
        return (
            path.startswith(prefix)
            and any(pattern.fullmatch(inner) for pattern in within)
            and not any(pattern.fullmatch(inner) for pattern in without)
        )

    return wanted


def _compiled(glob: str) -> re.Pattern[str]:
    pieces = _PIECES.findall(glob.removeprefix("./"))
    return re.compile("".join(_MEANINGS.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)
