"""The fake itself: HTTP on the loopback, every request and every answer held against the description."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from ._api import Answer, Api
from ._http import Server
from .description import ViolationError
from .faults import Between, Fault
from .state import TOKEN, Seed, State


class FakeGitHub:
    """GitHub for one test. Leaving the `with` fails the test if GitHub would have seen anything odd.

    `enterprise` serves under /api/v3 what GitHub Enterprise Server 3.17 describes.
    """

    def __init__(self, *, state: State | None = None, enterprise: bool = False, port: int = 0) -> None:
        self.state = state or State()
        self.faults: list[Fault | Between] = []
        self.lock = threading.RLock()
        self._server = Server(port, self.answer)
        origin = f"http://127.0.0.1:{self._server.server_port}"
        self._api = Api(self.state, enterprise=enterprise, origin=origin)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """GITHUB_API_URL."""
        return self._api.url

    def environment(self, repository: str, token: str = TOKEN) -> dict[str, str]:
        """What a job's environment needs to reach this instead of GitHub."""
        return {
            "GITHUB_TOKEN": token,
            "GITHUB_REPOSITORY": repository,
            "GITHUB_API_URL": self.url,
            "GITHUB_SERVER_URL": "https://github.com",
        }

    def seed(self, repository: str) -> Seed:
        """Something to fill a repository with."""
        return Seed(self.state, repository)

    def asked(self, *methods: str) -> list[str]:
        """The requests so far: `GET /repos/…?…`."""
        return [
            f"{r['method']} {r['path']}" + (f"?{urlencode(r['query'])}" if r["query"] else "")
            for r in self.state.requests
            if not methods or r["method"] in methods
        ]

    def start(self) -> FakeGitHub:
        """Answer from now on."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> FakeGitHub:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        assert not self.state.violations, "\n".join(self.state.violations)

    def answer(self, method: str, target: str, headers: Mapping[str, str], content: bytes) -> Answer | None:
        """What comes back; None where the connection breaks."""
        path = urlsplit(target).path
        try:
            planned = self._planned(method, path)
            if planned and not planned.after:
                return self._fault(planned, method, path)
            with self.lock:
                answer = self._api.served(method, target, headers, content)
                self.state.save()
        except ViolationError as violation:
            return self._violated(f"{method} {target}: {violation}")
        except Exception:  # noqa: BLE001 - a mistake of the fake's must fail the test as loudly
            return self._violated(f"{method} {target}: {traceback.format_exc()}")
        return self._fault(planned, method, path) if planned else answer

    def _planned(self, method: str, path: str) -> Fault | None:
        for fault in list(self.faults):
            with self.lock:
                due = fault.matches(method, path)
                fault.times -= due
            if due and isinstance(fault, Fault):
                return fault
            if due and isinstance(fault, Between):
                fault.act()
        return None

    def _fault(self, fault: Fault, method: str, path: str) -> Answer | None:
        if not fault.after:
            self._api.log(method, path, {}, None, fault.status)
        if not fault.status:
            return None
        content = json.dumps({"message": fault.message}).encode() if fault.content is None else fault.content
        return fault.status, dict(fault.headers), content

    def _violated(self, violation: str) -> Answer:
        self.state.violations.append(violation)
        self.state.save()
        return 400, {}, json.dumps({"message": f"the fake refuses: {violation}"}).encode()
