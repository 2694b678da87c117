"""How large the real tables are: row counts and bytes, and nothing else of them.

`assay stats --url … > stats.json` records them; with the file, a blocking scan of 200 rows is a note and
one of 40 million an error; without it every table that existed before counts as large.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from assay.errors import UsageError

VERSION = 1
"""Of the file."""

BYTES_PER_SECOND = 125 * 1024**2
"""What a busy database's disk moves: the baseline of an AWS gp3 volume, the usual one of a cloud
(https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html). Large tables are not in memory."""

Work = Literal["scan", "index build", "rewrite"]

PASSES: Mapping[Work, int] = {"scan": 1, "index build": 2, "rewrite": 4}
"""How often a kind of work moves the bytes of its table, at a guess: a scan reads them; an index build reads
them and sorts on disk; a rewrite reads them, writes the new heap, writes the WAL, and builds the indexes."""


@dataclass(frozen=True)
class TableSize:
    """One table (a partitioned one with all its partitions)."""

    rows: int
    """PostgreSQL's estimate (`pg_class.reltuples`)."""
    bytes: int
    """The heap without indexes and TOAST (`pg_relation_size`)."""


@dataclass(frozen=True)
class Stats:
    """Sizes by table name as rules tell it: `companies`, `other.companies` outside `public`."""

    tables: Mapping[str, TableSize] = field(default_factory=dict)

    def rows(self, table: str) -> int | None:
        """The rows of `table`; None when it is not known."""
        size = self.tables.get(table)
        return None if size is None else size.rows

    def seconds(self, table: str, work: Work) -> float | None:
        """How long `work` on the whole of `table` takes, roughly; None when its size is not known."""
        size = self.tables.get(table)
        return None if size is None else size.bytes * PASSES[work] / BYTES_PER_SECOND

    def document(self) -> dict[str, object]:
        """The file's content."""
        return {
            "version": VERSION,
            "tables": {name: asdict(self.tables[name]) for name in sorted(self.tables)},
        }


def load_stats(file: Path) -> Stats:
    """Read what `assay stats` wrote; UsageError when it cannot be read."""
    try:
        document = json.loads(file.read_text("utf-8"))
        tables = {name: TableSize(int(t["rows"]), int(t["bytes"])) for name, t in document["tables"].items()}
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}.", "Write it with `assay stats --url … > stats.json`."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{file} is not what `assay stats` writes.", "Write it anew: `assay stats --url … > stats.json`."
        ) from error
    return Stats(tables)
