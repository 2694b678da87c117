"""`assay models`: what counts as a change of the schema, and what git says was staged."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from assay.cli import main
from assay.history.models import changes, glob_filter

HEAD = """\
import sqlalchemy as sa
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from models.base import Base

LENGTH = 50


class Company(Base):
    \"\"\"A company.\"\"\"

    __tablename__ = "companies"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LENGTH), default="x")

    def label(self):
        return self.name
"""
PATH = "models/company.py"


def judged(before: str | None, after: str | None) -> list[str]:
    """What is told of one file."""
    old = {} if before is None else {PATH: before.encode()}
    new = {} if after is None else {PATH: after.encode()}
    return [f"{fact} :{change.line}" for change in changes(old, new) for fact in change.facts]


def swap(old: str, new: str) -> str:
    assert old in HEAD
    return HEAD.replace(old, new)


HARMLESS = {
    "nothing": HEAD,
    "docstring": swap("A company.", "One company."),
    "comment": swap("LENGTH = 50", "LENGTH = 50  # characters"),
    "layout": swap(
        '(String(LENGTH), default="x")', '(\n        String(LENGTH),\n        default="x",\n    )'
    ),
    "import": swap("from sqlalchemy import String\n", "").replace("String(", "sa.String("),
    "import from elsewhere": swap("from sqlalchemy import String", "from sqlalchemy.types import String"),
    "import under another name": swap("import String", "import String as S").replace("String(L", "S(L"),
    "constant spelt out": swap("String(LENGTH)", "String(50)"),
    "method": swap("return self.name", "return self.name.upper()"),
    "new method": HEAD + "\n    def more(self):\n        return 1\n",
    "property": HEAD + "\n    @property\n    def more(self):\n        return 1\n",
    "hybrid": HEAD + "\n    @hybrid_property\n    def more(self):\n        return self.id + 1\n",
    "relationship": HEAD + '\n    people: Mapped[list["Person"]] = relationship(back_populates="x")\n',
    "declared relationship": HEAD
    + "\n    @declared_attr\n    def p(cls):\n        return relationship('P')\n",
    "python default": swap('default="x"', 'default="y", onupdate=str, doc="A name"'),
    "class variable": HEAD + "\n    LIMIT: ClassVar[int] = 3\n    cache = {}\n",
    "function": HEAD + "\n\ndef helper():\n    return 1\n",
    "type checking": HEAD + "\nif TYPE_CHECKING:\n    class X(Base):\n        __tablename__ = 'x'\n",
    "class renamed": swap("class Company(", "class Firm("),
    "mixin added": HEAD + "\n\nclass Audited:\n    created_by: Mapped[str]\n",
    "harmless base": swap("(Base)", "(MappedAsDataclass, Base)"),
    "base without columns": swap("(Base)", "(Printed, Base)") + "\n\nclass Printed:\n    pass\n",
    "schema of an API": HEAD + "\n\nclass CompanyOut(BaseModel):\n    id: int\n",
    "unused enum": HEAD + "\n\nclass Status(enum.Enum):\n    OPEN = 1\n",
}


@pytest.mark.parametrize("after", HARMLESS.values(), ids=HARMLESS)
def test_does_not_count(after: str) -> None:
    assert judged(HEAD, after) == []


COUNTS = {
    "column added": (HEAD + "\n    fund: Mapped[str | None]\n", ["Company.fund added :20"]),
    "column removed": (
        swap("    id: Mapped[int] = mapped_column(primary_key=True)\n", ""),
        ["Company.id removed :9"],
    ),
    "type": (swap("String(LENGTH)", "sa.Text"), ["Company.name changed :15"]),
    "constant": (swap("LENGTH = 50", "LENGTH = 60"), ["Company.name changed :15"]),
    "nullability": (swap("name: Mapped[str]", "name: Mapped[str | None]"), ["Company.name changed :15"]),
    "server default": (swap('default="x"', 'server_default="x"'), ["Company.name changed :15"]),
    "index": (swap('default="x"', "index=True"), ["Company.name changed :15"]),
    "table name": (swap('"companies"', '"firms"'), ["Company.__tablename__ changed :12"]),
    "two at once": (
        swap("Mapped[int]", "Mapped[str]").replace('"companies"', '"firms"'),
        ["Company.__tablename__ changed :12", "Company.id changed :12"],
    ),
    "table args": (
        HEAD + "\n    __table_args__ = (sa.Index('ix', 'name'),)\n",
        ["Company.__table_args__ added :20"],
    ),
    "declared_attr": (
        HEAD + "\n    @declared_attr.directive\n    def x(cls):\n        return mapped_column(String)\n",
        ["Company.x added :21"],
    ),
    "base class": (swap("(Base)", "(Audited, Base)"), ["Company changed its base classes :9"]),
    "class added": (
        HEAD + "\n\nclass Fund(Base):\n    __tablename__ = 'funds'\n    id: Mapped[int]\n",
        ["Fund added :21"],
    ),
    "class removed": ("x = 1\n", ["Company removed :9"]),
    "core table": (
        HEAD + "\nt = sa.Table('t', m, sa.Column('id', sa.Integer))\n",
        ["t added :20"],
    ),
    "index alone": (HEAD + "\nsa.Index('ix_name', Company.name)\n", ["Index ix_name added :20"]),
    "legacy column": (HEAD + "\n    old = sa.Column(sa.Integer)\n", ["Company.old added :20"]),
    "flask-sqlalchemy": (HEAD + "\n    old = db.Column(db.Integer)\n", ["Company.old added :20"]),
    "sqlmodel": (
        HEAD + "\n\nclass Hero(SQLModel, table=True):\n    id: int | None = Field(primary_key=True)\n",
        ["Hero added :21"],
    ),
    "inherited table": (HEAD + "\n\nclass Sub(Company):\n    x: Mapped[int]\n", ["Sub added :21"]),
    "broken": ("class (", ["company.py is not valid Python :1"]),
    "null byte": ("x = '\0'", ["company.py is not valid Python :1"]),
}


@pytest.mark.parametrize(("after", "facts"), COUNTS.values(), ids=COUNTS)
def test_counts(after: str, facts: list[str]) -> None:
    assert judged(HEAD, after) == facts


PAIRS = {
    "keyword order": (
        "class A(B):\n    x = Column(String, index=True, unique=True)\n",
        "class A(B):\n    x = Column(String, unique=True, index=True)\n",
        [],
    ),
    "enum member": (
        "class Status(str, Enum):\n    A = 'a'\nx: Status\n",
        "class Status(str, Enum):\n    A = 'a'\n    B = 'b'\nx: Status\n",
        ["Status.B added :3"],
    ),
    "naming convention": ('C = {"ix": "ix_%(x)s"}\n', 'C = {"ix": "i_%(x)s"}\n', ["C changed :1"]),
    "shared type": (
        "Name = Annotated[str, mapped_column(String(5))]\n",
        "Name = Annotated[str, mapped_column(String(6))]\n",
        ["Name changed :1"],
    ),
    "shared type added": ("", "Name = Annotated[str, mapped_column(String(5))]\n", []),
    "mixin": (
        "class Audited:\n    by: Mapped[str]\n",
        "class Audited:\n    by: Mapped[int]\n",
        ["Audited.by changed :2"],
    ),
    "type map": (
        "class Base(DeclarativeBase):\n    type_annotation_map = {str: String()}\n",
        "class Base(DeclarativeBase):\n    type_annotation_map = {str: Text()}\n",
        ["Base.type_annotation_map changed :2"],
    ),
    "type decorator": (
        "class Money(TypeDecorator):\n    impl = Numeric\n",
        "class Money(TypeDecorator):\n    impl = Integer\n",
        ["Money.impl changed :2"],
    ),
    "what a type does in Python": (
        "class M(TypeDecorator):\n    impl = X\n    def process_bind_param(self, v, d):\n        return v\n",
        "class M(TypeDecorator):\n    impl = X\n    def process_bind_param(self, v, d):\n        return 1\n",
        [],
    ),
    "dialect's own type": (
        "from sqlalchemy import JSON\nclass A(B):\n    x = Column(JSON)\n",
        "from sqlalchemy.dialects.postgresql import JSON\nclass A(B):\n    x = Column(JSON)\n",
        ["A.x changed :3"],
    ),
    "optional spelt otherwise": (
        "class A(B):\n    x: Mapped[Optional[int]]\n",
        "class A(B):\n    x: Mapped[int | None]\n",
        [],
    ),
    "file added": (None, "class A(B):\n    __tablename__ = 'a'\n", ["A added :1"]),
    "file deleted": ("\nclass A(B):\n    __tablename__ = 'a'\n", None, ["A removed :2"]),
}


@pytest.mark.parametrize(("before", "after", "facts"), PAIRS.values(), ids=PAIRS)
def test_pairs(before: str | None, after: str | None, facts: list[str]) -> None:
    assert judged(before, after) == facts


def test_a_class_may_move() -> None:
    other = HEAD.replace("x = 1", "")
    assert changes({"models.py": HEAD.encode()}, {"models/company.py": other.encode()}) == []


def test_an_enum_counts_where_another_file_uses_it() -> None:
    before, after = b"class S(Enum):\n    A = 1\n", b"class S(Enum):\n    A = 2\n"
    (change,) = changes({"e.py": before}, {"e.py": after}, lambda: {"m.py": b"x: Mapped[S]\n"})
    assert change.facts == ("S.A changed",)


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("**/models.py", "models.py", True),
        ("**/models.py", "a/b/models.py", True),
        ("**/models.py", "a/my_models.py", False),
        ("**/models/**/*.py", "models/a.py", True),
        ("**/models/**/*.py", "x/models/y/z.py", True),
        ("models/*.py", "models/a/b.py", False),
        ("app/m?.py", "app/m1.py", True),
        ("a+b/*.py", "a+b/x.py", True),
    ],
)
def test_globs(glob: str, path: str, matches: bool) -> None:
    assert glob_filter([glob])(path) is matches
    assert not glob_filter([glob, f"!{path}"])(path)
    assert glob_filter([glob], "sub")(f"sub/{path}") is matches


# --- the command, on real git -------------------------------------------------------------------------------

Run = Callable[..., tuple[int, str, str]]
REVISION = '"""Next"""\nrevision = "2"\ndown_revision = "1"\n'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "ASSAY_NO_REVISION", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "alembic.ini", "[alembic]\nscript_location = migrations\n")
    write(tmp_path, "migrations/env.py", "")
    write(tmp_path, "migrations/versions/1_first.py", 'revision = "1"\ndown_revision = None\n')
    write(tmp_path, PATH, HEAD)
    git("init", "-q", "-b", "main")
    git("config", "user.email", "a@example.org")
    git("config", "user.name", "A")
    git("add", ".")
    git("commit", "-q", "-m", "First")
    return tmp_path


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["models", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


CHANGED = swap("Mapped[int]", "Mapped[str]")


def test_a_staged_change_is_refused_with_the_commands_that_help(repository: Path, run: Run) -> None:
    write(repository, PATH, CHANGED)
    git("add", ".")
    code, out, err = run("--staged")
    assert (code, err) == (1, "")
    assert out.rpartition(" (")[0] == (
        "models/company.py\n\n"
        "  error[model-change-without-revision]: Company.id changed (models/company.py:14), and no revision "
        "comes with it.\n"
        "    --> models/company.py:14\n"
        "  14 |     id: Mapped[str] = mapped_column(primary_key=True)\n"
        "     |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        '     = alembic revision --autogenerate -m "Change Company.id"\n'
        '       or, where the database stays as it is: ASSAY_NO_REVISION="why" git commit\n\n'
        "Failed: 1 error"
    )


def test_only_what_is_staged_counts(repository: Path, run: Run) -> None:
    write(repository, PATH, CHANGED)
    assert run("--staged")[0] == 0
    assert run("--base", "HEAD")[0] == 1
    git("add", ".")
    write(repository, PATH, HEAD)
    assert run("--staged")[0] == 1
    assert run("--base", "HEAD")[0] == 0


def test_a_staged_revision_satisfies_it_and_an_unstaged_one_does_not(repository: Path, run: Run) -> None:
    write(repository, PATH, CHANGED)
    git("add", ".")
    write(repository, "migrations/versions/2_next.py", REVISION)
    assert run("--staged")[0] == 1
    git("add", ".")
    code, out, _ = run("--staged")
    assert code == 0
    assert out.startswith("No model change without a revision (")


def test_a_reason_lets_it_pass_and_is_told(
    repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, PATH, CHANGED)
    git("add", ".")
    monkeypatch.setenv("ASSAY_NO_REVISION", "the column is a string already")
    code, out, _ = run("--staged")
    assert code == 0
    assert out.startswith(
        "waived[model-change-without-revision] models/company.py:14: the column is a string already\n"
    )
    code, out, _ = run("--staged", "--format", "json")
    assert (code, json.loads(out)["waived"][0]["reason"]) == (0, "the column is a string already")


def test_an_empty_reason_is_refused(repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_NO_REVISION", "  ")
    code, out, err = run("--staged")
    assert (code, out) == (2, "")
    assert err == 'assay: ASSAY_NO_REVISION is empty.\nGive the reason: ASSAY_NO_REVISION="why" git commit\n'


def test_untracked_deleted_and_renamed_files(repository: Path, run: Run) -> None:
    git("mv", PATH, "models/firm.py")
    assert run("--staged")[0] == 0, "a renamed file changes nothing"
    git("mv", "models/firm.py", PATH)
    write(repository, "models/fund.py", "class Fund(Base):\n    __tablename__ = 'funds'\n")
    assert run("--base", "HEAD")[0] == 1
    (repository / "models/fund.py").unlink()
    git("rm", "-q", PATH)
    code, out, _ = run("--staged")
    assert code == 1
    assert "Company removed (models/company.py:9)" in out


def test_from_a_sub_directory_with_globs_of_its_own(
    repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, "governance.yaml", "models: [tables/*.py]\n")
    write(repository, PATH, CHANGED)
    git("add", ".")
    monkeypatch.chdir(repository / "models")
    assert run("--staged")[0] == 0
    write(repository, "tables/fund.py", "class Fund(Base):\n    __tablename__ = 'funds'\n")
    git("add", str(repository / "tables"))
    code, out, _ = run("--staged")
    assert code == 1
    assert "--> ../tables/fund.py:1\n" in out


def test_before_the_first_commit(repository: Path, run: Run) -> None:
    git("update-ref", "-d", "HEAD")
    assert run("--staged")[0] == 0, "the first revision comes along"
    git("rm", "-q", "--cached", "migrations/versions/1_first.py")
    assert run("--staged")[0] == 1


def test_a_merge_brings_in_nobody_s_change(repository: Path, run: Run) -> None:
    git("checkout", "-q", "-b", "theirs")
    write(repository, PATH, CHANGED)
    git("commit", "-qam", "Change the model, waived")
    git("checkout", "-q", "main")
    write(repository, "other.txt", "x")
    git("add", ".")
    git("commit", "-qm", "Other")
    git("merge", "-q", "--no-commit", "theirs")
    assert run("--staged")[0] == 0
    write(repository, PATH, CHANGED.replace("Mapped[str]", "Mapped[bytes]"))
    git("add", ".")
    assert run("--staged")[0] == 1


def test_as_a_hook_of_a_partial_commit_in_a_worktree(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = repository / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\nexec {sys.executable} -m assay models --staged\n")
    hook.chmod(0o755)
    git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    monkeypatch.chdir(tmp_path / "side")
    write(Path(), PATH, CHANGED)
    write(Path(), "other.txt", "x")
    git("add", ".")
    git("commit", "-q", "-m", "Only the other file", "other.txt")
    refused = subprocess.run(["git", "commit", "-qm", "The model", PATH], capture_output=True, text=True)
    assert refused.returncode == 1
    assert "Company.id changed (models/company.py:14)" in refused.stdout + refused.stderr
    monkeypatch.setenv("ASSAY_NO_REVISION", "a reason")
    git("commit", "-qm", "The model", PATH)
