"""Throwaway databases on a scratch server, and the templates that they are made from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.scratch.server import Server


class Databases:
    """The databases of one run on `server`. Enter it before use: that also clears up after killed runs."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def __enter__(self) -> Databases:
        raise NotImplementedError

    def __exit__(self, *_: object) -> None:
        raise NotImplementedError

    def template(self, key: str) -> str | None:
        """The template saved under `key` by this or an earlier run; counts as a use of it."""
        raise NotImplementedError

    def save_template(self, key: str, database: str) -> str:
        """Keep a copy of `database`, which nobody may be connected to, under `key`; the template's name.

        Where another run saved it meanwhile, that one stays. The least recently used ones go.
        """
        raise NotImplementedError

    @contextmanager
    def fresh(self, template: str | None = None) -> Iterator[str]:
        """The name of a new database, a copy of `template` or empty; dropped at the end, whoever uses it."""
        yield template or ""
