"""Projects whose base has two tables, and branches of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from assay.review.model import Review, read

from tests.cli.test_commands import Repository
from tests.cli.test_proof import ONLINE, create

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schema/review.schema.json").read_text("utf-8"))


def added(table: str, column: str) -> tuple[str, str]:
    """Both ways of a column."""
    return (
        f'op.execute("ALTER TABLE {table} ADD COLUMN {column} INT")',
        f'op.execute("ALTER TABLE {table} DROP COLUMN {column}")',
    )


class Branch(Repository):
    """A repository whose main has a1 and a2, on a branch of it."""

    def __init__(self, root: Path, folder: str = ".") -> None:
        super().__init__(root, folder)
        self.write("migrations/env.py", ONLINE.format(metadata="metadata = None"))
        self.revision("a1", up=create("t"), back='op.execute("DROP TABLE t")')
        self.revision("a2", "a1", up=create("u"), back='op.execute("DROP TABLE u")')
        self.commit()
        self.git("checkout", "-qb", "feature")

    def file(self, name: str) -> Path:
        return self.project / f"migrations/versions/{name}_step_{name}.py"

    def review(self, *args: str, code: int = 0, **env: Any) -> Review:
        """What the command says of all that is here, held to the published schema."""
        self.commit("all of it")
        done = self.assay("review", "--base", "main", "--format", "json", *args, **env)
        assert (done.returncode, done.stderr) == (code, "")
        assert "hunter2" not in done.stdout
        jsonschema.validate(json.loads(done.stdout), SCHEMA)
        return read(done.stdout.encode())


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    return Branch(tmp_path / "repo")
