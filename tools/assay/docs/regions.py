"""Marked regions of hand-written pages whose text is made."""

from __future__ import annotations

import re
from collections.abc import Mapping

_REGION = re.compile(r"(<!-- generated: ([\w.-]+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


class UnknownRegionError(Exception):
    """A page asks for a region that nobody makes."""


def fill(text: str, regions: Mapping[str, str]) -> str:
    """`text` with each `<!-- generated: NAME -->` region as it should be."""

    def made(match: re.Match[str]) -> str:
        if match[2] not in regions:
            raise UnknownRegionError(
                f"there is no region `{match[2]}`; there are {', '.join(sorted(regions))}"
            )
        return f"{match[1]}\n{regions[match[2]].strip()}\n\n{match[3]}"

    return _REGION.sub(made, text)
