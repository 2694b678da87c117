"""Where things stand on GitHub: URLs that a stranger's review may lead to."""

from __future__ import annotations

import re
from urllib.parse import quote

from assay.review.model import Source

_SERVER = re.compile(r"https://[A-Za-z0-9.-]{1,253}(?::\d{1,5})?", re.ASCII)
_LOCAL = re.compile(r"http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.ASCII)
_REPOSITORY = re.compile(r"(?!\.)[A-Za-z0-9_.-]{1,100}/(?!\.)[A-Za-z0-9_.-]{1,100}", re.ASCII)
_RUN = re.compile(r"/actions/runs/\d{1,20}(?:/attempts/\d{1,9})?", re.ASCII)


class Links:
    """URLs of one change, all below its repository; None where the source does not tell, or tells nonsense.

    Which repository that is, the source says: whoever shows a stranger's review sets it to the one he knows.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        server, name = (source.server_url or "").rstrip("/"), source.repository or ""
        known = (_SERVER.fullmatch(server) or _LOCAL.fullmatch(server)) and _REPOSITORY.fullmatch(name)
        self.repository = f"{server}/{name}" if known else None
        self.run = source.run_url if self._is_below(source.run_url) else None

    def commit(self, sha: str | None) -> str | None:
        """A commit's page."""
        return f"{self.repository}/commit/{sha}" if self.repository and sha else None

    def file(self, path: str | None, line: int | None = None) -> str | None:
        """A file as the head has it, at a line."""
        commit = self._source.head_commit
        if not self.repository or not commit or not path or path.startswith("/"):
            return None
        place = quote(path, errors="replace")
        return f"{self.repository}/blob/{commit}/{place}" + (f"#L{line}" if line else "")

    def _is_below(self, url: str | None) -> bool:
        start = self.repository
        return bool(url and start and url.startswith(start) and _RUN.fullmatch(url[len(start) :]))
