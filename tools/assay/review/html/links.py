"""Where things stand on GitHub."""

from __future__ import annotations

import re
from urllib.parse import quote

from assay.review.html.shown import safe_url
from assay.review.model import Source

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", re.ASCII)


class Links:
    """URLs of one pull request; None where the source does not tell enough, or tells nonsense."""

    def __init__(self, source: Source) -> None:
        self._source = source
        server, name = safe_url(source.server_url), source.repository or ""
        known = server is not None and _REPOSITORY.fullmatch(name) and ".." not in name
        self.repository = f"{(server or '').rstrip('/')}/{name}" if known else None
        self.pull = f"{self.repository}/pull/{source.pull}" if self.repository and source.pull else None
        self.run = safe_url(source.run_url)

    def commit(self, sha: str | None) -> str | None:
        """A commit's page."""
        return f"{self.repository}/commit/{sha}" if self.repository and sha else None

    def file(self, path: str | None, line: int | None = None, *, base: bool = False) -> str | None:
        """A file as the head (or the base) has it, at a line."""
        commit = self._source.base_commit if base else self._source.head_commit
        if not (self.repository and commit and path):
            return None
        return f"{self.repository}/blob/{commit}/{quote(path)}" + (f"#L{line}" if line else "")
