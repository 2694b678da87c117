"""Where a project's revisions are, as its Alembic configuration says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Overrides = Mapping[str, "str | bool | Sequence[str]"]


@dataclass(frozen=True)
class Project:
    """One Alembic environment; every path is absolute and resolved."""

    root: Path
    """The directory that `alembic` is run from: env.py's working directory."""
    toplevel: Path
    """The top level of the git working tree; `root` outside git."""
    in_git: bool
    config_file: Path | None
    """The ini file."""
    toml_file: Path | None
    """The pyproject.toml, if it has a `[tool.alembic]` table."""
    name: str
    """The section of the ini file."""
    script_location: Path
    version_locations: tuple[Path, ...]
    options: dict[str, str] = field(default_factory=dict)
    """The ini section; raw where a value needs a key that only the application sets."""
    recursive: bool = False
    file_template: str = "%(rev)s_%(slug)s"
    truncate_slug_length: int = 40
    prepend_sys_path: tuple[str, ...] = ()
    """As configured: relative entries are relative to `root`."""

    @property
    def env_py(self) -> Path:
        """The environment script; it need not exist."""
        return self.script_location / "env.py"

    def relative(self, path: Path) -> str:
        """`path` as findings tell it: POSIX, relative to `toplevel`; absolute when it lies outside."""
        try:
            return path.relative_to(self.toplevel).as_posix()
        except ValueError:
            return path.as_posix()


def find_project(
    cwd: Path, config: str | Path | None = None, name: str | None = None, overrides: Overrides | None = None
) -> Project:
    """The Alembic project that `cwd` belongs to, or the one of `config` (an ini or a toml file).

    Without `config`: alembic.ini or `[tool.alembic]` in `cwd`, then upwards to the git top level, then the
    only one below it. `name` is the ini section; `overrides` are options that win over the files and may
    make them unnecessary. Raises UsageError when there is none, several, or what it says cannot be used.
    """
    raise NotImplementedError
