"""What goes wrong on purpose, or happens in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """For the next `times` requests with this method and a path that `path` is found in."""

    method: str
    path: str
    status: int = 0
    """Answer with this, instead of doing what is asked; 0 is no answer at all: the connection breaks."""
    message: str = "fault"
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    after: bool = False
    """Do what is asked first: GitHub has done it, and we do not hear of it."""
    times: int = 1

    def matches(self, method: str, path: str) -> bool:
        """Whether it is the turn of this one."""
        return self.times > 0 and self.method == method and re.search(self.path, path) is not None


@dataclass
class Between:
    """Does something (another run's write) right before such a request is carried out, once."""

    method: str
    path: str
    act: Callable[[], Any]
    times: int = 1

    def matches(self, method: str, path: str) -> bool:
        """Whether it is the turn of this one."""
        return self.times > 0 and self.method == method and re.search(self.path, path) is not None
