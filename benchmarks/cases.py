"""The cases: one new revision, a long history, the whole reference history."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from benchmarks.model import Case, Command

ROOT = Path(__file__).resolve().parent.parent
LONG_HISTORY = 1000
CHECKED_IN = ("alembic.ini", "models", "migrations", ".sqlfluff")

REVISION = '''"""step {number}

Revision ID: {id}
Revises: {down}
Create Date: 2026-01-01 00:00:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "{id}"
down_revision = {down_literal}
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("orders", sa.Column("step_{number}", sa.Integer(), nullable=True))
    op.create_index("ix_orders_step_{number}", "orders", ["step_{number}"], unique=False)


def downgrade():
    op.drop_index("ix_orders_step_{number}", table_name="orders")
    op.drop_column("orders", "step_{number}")
'''


def cases(work: Path, programs: Path) -> list[Case]:
    """Every case, on repositories made in `work`, with the console scripts of `programs`."""
    reference = reference_repository(work / "reference")
    long = long_repository(work / "long")
    assay, alembic, sqlfluff = (programs / name for name in ("assay", "alembic", "sqlfluff"))

    def pipeline(span: str) -> Command:
        lint = f"{sqlfluff} lint --dialect postgres --nofail --disable-progress-bar -"
        return Command(f"{alembic} upgrade {span} --sql | {lint}", reference)

    written, generated = Command(f"{assay} check 022", reference), Command(f"{assay} check 008", reference)
    everything = Command(f"{assay} check --all", reference)
    return [
        Case("written-cold", "One new revision, written SQL, empty cache", written, pipeline("021:022")),
        Case("written-warm", "The same, judged before", written, pipeline("021:022"), warm=True),
        Case(
            "generated-cold", "One new revision, generated SQL, empty cache", generated, pipeline("007:008")
        ),
        Case("generated-warm", "The same, judged before", generated, pipeline("007:008"), warm=True),
        Case("all-cold", "The whole reference history, empty cache", everything, pipeline("base:head")),
        Case("all-warm", "The same, judged before", everything, pipeline("base:head"), warm=True),
        Case(
            "history",
            f"The soundness of {LONG_HISTORY:,} revisions",
            Command(f"{assay} history", long),
            Command(f"{alembic} heads", long),
        ),
    ]


def reference_repository(folder: Path) -> Path:
    """The reference project as it stands, in a repository of its own."""
    folder.mkdir()
    for name in CHECKED_IN:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    return _committed(folder)


def long_repository(folder: Path) -> Path:
    """A project of `LONG_HISTORY` revisions in one line, as Alembic's own template writes them."""
    versions = folder / "migrations/versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (folder / "migrations/env.py").write_text("")
    for number in range(1, LONG_HISTORY + 1):
        rev, down = f"{number:012x}", f"{number - 1:012x}" if number > 1 else None
        literal = "None" if down is None else f'"{down}"'
        text = REVISION.format(number=number, id=rev, down=down or "", down_literal=literal)
        (versions / f"{rev}_step_{number}.py").write_text(text)
    return _committed(folder)


def _committed(folder: Path) -> Path:
    identity = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com")
    for command in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("commit", "--quiet", "-m", "all"),
    ):
        subprocess.run(["git", *identity, *command], cwd=folder, check=True)
    return folder
