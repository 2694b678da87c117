"""From the paths that a configuration states to folders."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

from assay.errors import UsageError


def find_folder(
    stated: str, starts: Sequence[Path], sys_path: Sequence[str] = ()
) -> tuple[Path, Path] | None:
    """The folder that `stated` names, and the start it is relative to; None when there is none.

    `stated` is absolute, relative, or `package:folder` as Alembic allows (the package is not imported).
    """
    for start in starts:
        folder = start / stated
        if ":" in stated and not Path(stated).is_absolute():
            found = _in_package(stated, start, sys_path)
        else:
            found = folder if folder.is_dir() else None
        if found is not None:
            return found.resolve(), start
    return None


def not_found(stated: str, option: str, where: str, starts: Sequence[Path]) -> UsageError:
    """The error for a folder that is not there."""
    if ":" in stated:
        return UsageError(
            f"{where}: {option} = {stated} names a package that is not to be found from {starts[0]}.",
            f"Add its folder to prepend_sys_path, or write {option} as a path (%(here)s/…).",
        )
    looked = " nor ".join(str(start / stated) for start in dict.fromkeys(starts))
    return UsageError(
        f"{where}: {option} = {stated}, and there is no folder {looked}.",
        f"Mend {option}, or make the folder with `alembic init`.",
    )


def _in_package(stated: str, start: Path, sys_path: Sequence[str]) -> Path | None:
    """Where `package:folder` lies: looked up part by part, so that nothing is imported."""
    package, *inner = stated.split(":")
    path = [str(start / entry) for entry in sys_path] + [str(start), str(start / "src"), *sys.path]
    folders = path
    for part in package.split("."):
        spec = importlib.machinery.PathFinder.find_spec(part, folders)
        if spec is None and folders is path:
            # Editable installs have finders of their own.
            spec = importlib.util.find_spec(part)
        if spec is None or spec.submodule_search_locations is None:
            return None
        folders = list(spec.submodule_search_locations)
    found = (Path(folder).joinpath(*inner) for folder in folders)
    return next((folder for folder in found if folder.is_dir()), None)
