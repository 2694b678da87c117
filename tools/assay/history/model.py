"""What a history is: plain values, no input or output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct, field

from assay.history.project import Project
from assay.model import Revision

SameSql = Callable[[Revision, Revision], "bool | None"]
"""Whether two versions of a revision render the same SQL; None when that cannot be told."""


class Selection(Struct, frozen=True):
    """Which revisions a command looks at; with every field at its default: those that are new."""

    ids: tuple[str, ...] = ()
    """In Alembic's syntax: `ab12`, `head`, `base:head`, `label@head`, `head-1` …; wins over `all`."""
    base: str | None = None
    """The git ref whose merge base with HEAD says what is new; found by convention when None."""
    staged: bool = False
    """Read the index instead of the working tree; new is what the next commit adds."""
    all: bool = False


class Problem(Struct, frozen=True):
    """A file that Alembic would load and whose revision cannot be read."""

    path: str
    """As `Revision.path`."""
    line: int | None
    """1-based, where it is known."""
    kind: Literal["unreadable", "computed"]
    """`unreadable`: Alembic fails on it too; `computed`: only running it tells the ids."""
    why: str
    """The fact as a clause to follow the path: "is not UTF-8: byte 0xe9"."""
    id: str | None = None
    """The revision's id, as far as it is known."""
    new: bool = False
    """As `Revision.new`."""


class Duplicate(Struct, frozen=True):
    """One revision id, or one branch label, that several files claim."""

    id: str
    revisions: tuple[Revision, ...]
    """In file order, those of the base first; two or more."""
    kind: Literal["id", "label"] = "id"


class Change(Struct, frozen=True):
    """A revision of the base as it was and as it is now."""

    before: Revision
    after: Revision
    cosmetic: bool = False
    """Equal but for comments, docstrings and layout."""


class Changes(Struct, frozen=True):
    """What happened, since the base, to revisions that the base already has."""

    edited: tuple[Change, ...] = ()
    """The text differs by more than line ends and the parents; cosmetic edits included."""
    deleted: tuple[Revision, ...] = ()
    reparented: tuple[Change, ...] = ()
    """`down_revision` or `depends_on` differs (as well as being in `edited`, if more does)."""
    renamed: tuple[Change, ...] = ()
    """The file has another path; in no other list unless its text differs too."""


class Base(Struct, frozen=True):
    """The git state that says what is new."""

    ref: str
    """As it was asked for or found: `origin/main`."""
    commit: str
    """The tip of `ref`."""
    merge_base: str
    """Of HEAD and `ref`."""
    revisions: dict[str, Revision] = field(default_factory=dict)
    """At the merge base, in run order."""
    heads: tuple[str, ...] = ()
    """At the merge base."""
    tip_revisions: dict[str, Revision] = field(default_factory=dict)
    """At the tip of `ref`: what has landed meanwhile is here and not in `revisions`."""
    tip_heads: tuple[str, ...] = ()


class History(Struct, frozen=True):
    """Every revision of a project, which of them are new, and what is wrong with them."""

    revisions: dict[str, Revision] = field(default_factory=dict)
    """By id, in an order in which they can run (`depends_on` included; ties by file order)."""
    heads: tuple[str, ...] = ()
    """As Alembic's `heads`: revisions that no `down_revision` names."""
    selected: tuple[Revision, ...] = ()
    """What the `Selection` asked for, in run order."""
    base: Base | None = None
    """None outside git and in a repository without commits: then everything is new."""
    problems: tuple[Problem, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    cycles: tuple[tuple[str, ...], ...] = ()
    """Ids that depend on one another, each ring in order; they come last in `revisions`."""
    changes: Changes = field(default_factory=Changes)

    @property
    def new(self) -> tuple[Revision, ...]:
        """The new revisions, in run order, whatever was selected."""
        return tuple(revision for revision in self.revisions.values() if revision.new)


class Observed(Struct, frozen=True):
    """What the rules of the group `history` look at."""

    history: History
    project: Project
    same_sql: SameSql | None = None
