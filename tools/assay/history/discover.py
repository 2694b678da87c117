"""Which configuration files a directory's project has."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from assay.errors import UsageError
from assay.history.git import Git
from assay.history.settings import read_table

INI, TOML = "alembic.ini", "pyproject.toml"
_DEPTH = 4
"""How far down we look outside git, where nothing tells a project's folders from others."""

_NAMED = 5
"""How many projects a message names."""

Files = tuple["Path | None", "Path | None"]
"""The ini and the toml file of a project."""


def discover(cwd: Path, git: Git | None, config: str | Path | None, unless: bool = False) -> Files:
    """The files of `config`, else of the project that `cwd` belongs to; (None, None) when there is none.

    `unless` says that the project can do without, so that several below `cwd` are no error.
    """
    if named := config or os.environ.get("ALEMBIC_CONFIG"):
        return _named(cwd / named, "-c" if config else "ALEMBIC_CONFIG")
    top = git.toplevel if git else cwd
    upwards = [cwd, *(above for above in cwd.parents if above.is_relative_to(top))]
    for folder in upwards:
        if any(files := _files(folder)):
            return files
    return (None, None) if unless else _only(top, _below(top, git))


def _named(path: Path, option: str) -> Files:
    path = path.resolve()
    if path.is_dir():
        raise UsageError(f"{option} {path} is a folder.", "Name the alembic.ini or pyproject.toml in it.")
    if not path.is_file():
        raise UsageError(f"{option} {path}: there is no such file.", "Give the path of an alembic.ini.")
    if path.suffix != ".toml":
        return path, _toml(path.parent)
    ini = path.with_name(INI)
    return (ini if ini.is_file() else None), path


def _files(folder: Path) -> Files:
    ini = folder / INI
    return (ini if ini.is_file() else None), _toml(folder)


def _toml(folder: Path) -> Path | None:
    toml = folder / TOML
    return toml if toml.is_file() and read_table(toml) else None


def _below(top: Path, git: Git | None) -> list[Path]:
    """Every folder below `top` that has a configuration; ignored files are none of the project's."""
    if git:
        patterns = (f":(top,glob)**/{INI}", f":(top,glob)**/{TOML}")
        listed = git.paths("ls-files", "-coz", "--full-name", "--exclude-standard", "--", *patterns)
        found: Iterable[Path] = (top / path for path in listed)
    else:
        found = (path for depth in range(1, _DEPTH) for path in top.glob("*/" * depth + "*.[it][no][im]*"))
        found = (path for path in found if path.name in (INI, TOML))
    return sorted({path.parent for path in found if any(_files(path.parent))})


def _only(top: Path, folders: list[Path]) -> Files:
    if len(folders) > 1:
        named = [next(str(f.relative_to(top)) for f in _files(folder) if f) for folder in folders]
        raise UsageError(
            f"There are {len(folders)} Alembic projects below {top}: {_some(named)}.",
            f"Say which one with -c, for example -c {named[0]}.",
        )
    return _files(folders[0]) if folders else (None, None)


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
