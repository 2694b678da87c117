"""Where Chromium comes from: an npm package that ships the binary, held by its lock file; else what is installed.

Playwright would download a browser of its own, from a place that not every machine reaches. So the binary
of `@sparticuz/chromium` (Linux on x86-64) is unpacked once into `.cache`, with the fonts that make pages
look the same everywhere; on other machines a Chromium or Chrome that stands there serves.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(__file__).parent / "node"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/node_modules/@expo-google-fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/fontconfig</cachedir>
  {aliases}
</fontconfig>
"""
ALIAS = '<alias binding="strong"><family>{0}</family><prefer><family>{1}</family></prefer></alias>'
INSTEAD = {
    "system-ui": "Inter",
    "-apple-system": "Inter",
    "sans-serif": "Inter",
    "ui-monospace": "JetBrains Mono",
    "monospace": "JetBrains Mono",
}


class BrowserMissingError(Exception):
    """There is no browser, and why."""


@dataclass(frozen=True)
class Chromium:
    """A browser to start."""

    path: Path
    folder: Path
    """With `node_modules`."""
    environment: dict[str, str]

    def module(self, path: str) -> str:
        """The text of a file of an npm package."""
        return (self.folder / "node_modules" / path).read_text("utf-8")


def chromium() -> Chromium:
    """The browser, made ready the first time. BrowserMissingError where there is none."""
    if shutil.which("npm") is None:
        raise BrowserMissingError("npm is not installed: it brings Chromium and axe-core")
    key = hashlib.sha256((NODE / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = ROOT / ".cache/browser" / key
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if not (folder / "ready").exists():
            _fill(folder)
            (folder / "ready").touch()
    return _shipped(folder) if _is_shipped() else _installed(folder)


def _is_shipped() -> bool:
    return platform.system() == "Linux" and platform.machine() == "x86_64"


def _shipped(folder: Path) -> Chromium:
    libraries = os.environ.get("LD_LIBRARY_PATH")
    own = str(folder / "unpacked/al2023/lib")
    environment = {
        "LD_LIBRARY_PATH": f"{own}:{libraries}" if libraries else own,
        "FONTCONFIG_FILE": str(folder / "fonts.conf"),
    }
    return Chromium(folder / "unpacked/chromium", folder, environment)


def _installed(folder: Path) -> Chromium:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise BrowserMissingError("the npm package has no Chromium for this machine, and none is installed")
    return Chromium(Path(found), folder, {})


def _fill(folder: Path) -> None:
    for file in NODE.iterdir():
        if file.is_file():
            shutil.copy2(file, folder)
    _run("npm", "ci", "--omit=peer", cwd=folder)
    if _is_shipped():
        unpacked = folder / "unpacked"
        shutil.rmtree(unpacked, ignore_errors=True)
        unpacked.mkdir()
        _run("node", "unpack.mjs", cwd=folder, TMPDIR=str(unpacked))
    aliases = "\n  ".join(ALIAS.format(*pair) for pair in INSTEAD.items())
    (folder / "fonts.conf").write_text(FONTS.format(folder=folder, aliases=aliases), "utf-8")


def _run(*command: str, cwd: Path, **environment: str) -> None:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BrowserMissingError(f"`{' '.join(command)}` failed: {done.stderr.strip()[-400:]}")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time (pytest-xdist)."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
