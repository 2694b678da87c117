"""Makes the pictures of the README from what Assay really says of a pull request: `make pictures`.

The change in `docs/pictures/change` is committed on a copy of this repository and reviewed. The HTML report
is photographed as it is; the comment as GitHub shows it, with GitHub's style sheet, a Markdown renderer and
Mermaid from npm. Only where the change stands (repository, number, commits) is made up, so that the same
review gives the same pictures.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import chromium  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = ROOT / "docs/pictures"
IMAGES = ROOT / "docs/images"
CHANGE = PICTURES / "change"
SOURCE = {
    "server_url": "https://github.com",
    "repository": "acme/financial-reporting",
    "pull": 42,
    "base_ref": "main",
    "base_commit": "0123456789abcdef0123456789abcdef01234567",
    "head_commit": "4f1d2b8c9e0a3f5d6c7b8a9e0f1d2c3b4a5e6f70",
    "uncommitted": False,
}
COLUMNS = """    currency: Mapped[str]
    source: Mapped[str] = mapped_column(server_default="form", index=True)
    submitted_at: Mapped[dt.datetime | None]
"""
LARGEST_BYTES = 400_000
"""Of a picture: a README should open at once."""


def main() -> None:
    """Write `docs/images/*.png`."""
    from playwright.sync_api import sync_playwright

    ready = chromium()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        review(Path(folder))
        browser = playwright.chromium.launch(
            executable_path=ready.path, args=["--no-sandbox"], env={**_environment(), **ready.environment}
        )
        IMAGES.mkdir(exist_ok=True)
        picture_report(browser, Path(folder) / "review.html")
        picture_comment(browser, (Path(folder) / "review.md").read_text("utf-8"))
        browser.close()
    too_large = [path.name for path in IMAGES.glob("*.png") if path.stat().st_size > LARGEST_BYTES]
    if too_large:
        raise SystemExit(f"Larger than {LARGEST_BYTES:,} bytes: {', '.join(too_large)}")


def review(folder: Path) -> None:
    """What `assay review` writes for the change, into `folder`."""
    copy = folder / "repository"
    _run("git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(copy), cwd=folder)
    _run("git", "checkout", "--quiet", "-b", "review-notes", cwd=copy)
    for revision in CHANGE.glob("[0-9]*.py"):
        shutil.copy(revision, copy / "migrations/versions")
    shutil.copy(CHANGE / "review_notes.py", copy / "models")
    _replace(copy / "models/metrics_input.py", "    currency: Mapped[str]\n", COLUMNS)
    with (copy / "models/__init__.py").open("a", encoding="utf-8") as file:
        file.write("\nfrom models.review_notes import ReviewNote as ReviewNote  # noqa: E402\n")
    _run("git", "add", "--all", cwd=copy)
    author = ("-c", "user.name=A Developer", "-c", "user.email=developer@example.com")
    _run("git", *author, "commit", "--quiet", "--message", "Review notes", cwd=copy)
    stats = str(CHANGE / "stats.json")
    told = _assay("review", "--base", "HEAD~1", "--stats", stats, "--format", "json", cwd=copy)
    document = json.loads(told)
    document["source"] |= SOURCE
    (folder / "review.json").write_text(json.dumps(document), "utf-8")
    for name, format_ in (("review.html", "html"), ("review.md", "markdown")):
        text = _assay("review", "--from", str(folder / "review.json"), "--format", format_, cwd=copy)
        (folder / name).write_text(text, "utf-8")


def picture_report(browser: Browser, report: Path) -> None:
    """The report's beginning in the light theme; its diagram and its locks in the dark one."""
    page = _page(browser, 1280, 1330, "light")
    page.goto(report.as_uri())
    page.screenshot(path=IMAGES / "report.png")
    page = _page(browser, 1280, 1010, "dark")
    page.goto(report.as_uri())
    page.evaluate("scrollTo(0, document.querySelector('.diagram').getBoundingClientRect().top - 80)")
    page.wait_for_timeout(300)
    page.screenshot(path=IMAGES / "report-locks.png")


def picture_comment(browser: Browser, markdown: str) -> None:
    """The comment as GitHub shows it: all of it, and what fits a screen."""
    modules = _modules()
    page = _page(browser, 960, 800, "light")
    page.goto("about:blank")
    page.set_content((PICTURES / "comment.html").read_text("utf-8"))
    page.add_style_tag(path=modules / "github-markdown-css/github-markdown-light.css")
    page.add_style_tag(path=PICTURES / "comment.css")
    page.add_style_tag(content=_font("Twemoji", modules / "twemoji-colr-font/twemoji.woff2"))
    page.add_script_tag(path=modules / "marked/lib/marked.umd.js")
    page.add_script_tag(path=modules / "mermaid/dist/mermaid.min.js")
    page.evaluate((PICTURES / "comment.js").read_text("utf-8"), markdown)
    page.locator(".comment").screenshot(path=IMAGES / "comment-full.png")
    page.evaluate("document.querySelector('.comment').classList.add('beginning')")
    page.locator(".comment").screenshot(path=IMAGES / "comment.png")


def _page(browser: Browser, width: int, height: int, theme: Literal["light", "dark"]) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
    )
    return context.new_page()


def _font(name: str, path: Path) -> str:
    data = base64.b64encode(path.read_bytes()).decode()
    source = f"src: url(data:font/woff2;base64,{data}); unicode-range: U+2300-2BFF, U+1F000-1FAFF"
    return f"@font-face {{ font-family: {name}; font-weight: 1 1000; {source} }}"


def _modules() -> Path:
    """`node_modules` of the lock file, installed once."""
    lock = PICTURES / "package-lock.json"
    folder = ROOT / ".cache/pictures" / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PICTURES / name, folder)
        _run("npm", "ci", "--ignore-scripts", cwd=folder)
    return folder / "node_modules"


def _assay(*arguments: str, cwd: Path) -> str:
    done = _run(sys.executable, "-m", "assay", *arguments, cwd=cwd, allowed=(0, 1))
    return done.stdout


def _run(*command: str, cwd: Path, allowed: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode not in allowed:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    if old not in text:
        raise SystemExit(f"{path.name} does not hold {old!r} any more: mend docs/make_pictures.py.")
    path.write_text(text.replace(old, new, 1), "utf-8")


def _environment() -> dict[str, str | float | bool]:
    import os

    return dict(os.environ)


if __name__ == "__main__":
    main()
