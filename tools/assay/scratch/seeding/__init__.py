"""A few synthetic rows for every table, so that what depends on data shows when a revision runs.

seeded = seed(connection)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg2.extensions import connection

__all__ = ["Seeded", "seed"]


@dataclass(frozen=True)
class Seeded:
    """What became of each table; names are qualified and quoted where they have to be: `public."Order"`."""

    rows: Mapping[str, int]
    """Tables that were seeded, with the rows that each has now (a partitioned one: in its partitions)."""
    kept: tuple[str, ...]
    """Tables that had rows already and were left alone."""
    failed: Mapping[str, str]
    """Tables without rows, each with the reason: one sentence."""


def seed(connection: connection, rows: int = 3) -> Seeded:
    """Give every empty user table of the database `rows` rows that its constraints accept.

    `connection` is psycopg2's, of a superuser, in autocommit or not in a transaction; it is left as it was.
    The same schema gets the same rows.
    """
    raise NotImplementedError
