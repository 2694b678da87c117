"""Which files there are to make, and whether they are fresh."""

from __future__ import annotations

from pathlib import Path

from assay.docs import pages, schema
from assay.docs.example import example
from assay.docs.regions import fill
from assay.docs.settings import settings

HAND_WRITTEN = ("README.md", "docs/configuration.md", "docs/json.md")
"""Pages with generated regions."""


def build(root: Path, write: bool) -> list[str]:
    """The paths, relative to `root`, that are stale; with `write` they no longer are."""
    stale = []
    wanted = made(root)
    for path, text in wanted.items():
        file = root / path
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale.append(path)
            if write:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="\n")
    for file in sorted((root / "docs/rules").glob("*.md")):
        path = file.relative_to(root).as_posix()
        if path not in wanted:
            stale.append(path)
            if write:
                file.unlink()
    return stale


def made(root: Path) -> dict[str, str]:
    """Every generated file by path; pages with regions are read from `root`."""
    every = list(pages.every())
    files = {f"docs/rules/{page.id}.md": pages.markdown(page) for page in every}
    files["docs/rules/README.md"] = f"# Rules\n\n{pages.listing(every, '')}"
    files["docs/schema/report.schema.json"] = schema.dumped(schema.report_schema())
    files["docs/schema/review.schema.json"] = schema.dumped(schema.review_schema())
    files["docs/schema/catalog.schema.json"] = schema.dumped(schema.catalog_schema())
    files["docs/schema/diff.schema.json"] = schema.dumped(schema.diff_schema())
    files["docs/schema/preflight.schema.json"] = schema.dumped(schema.preflight_schema())
    files["docs/schema/drift.schema.json"] = schema.dumped(schema.drift_schema())
    files["docs/schema/promotion.schema.json"] = schema.dumped(schema.promotion_schema())
    files["docs/schema/scratch.schema.json"] = schema.dumped(schema.scratch_schema())
    files["docs/schema/stats.schema.json"] = schema.dumped(schema.stats_schema())
    files["docs/schema/rules.schema.json"] = schema.dumped(schema.rules_schema())
    files["docs/schema/governance.schema.json"] = schema.dumped(schema.governance_schema())
    regions = {
        "rules": pages.table(every, "docs/rules/"),
        "settings": settings(),
        "json-example": f"```json\n{example()}```",
    }
    for path in HAND_WRITTEN:
        if (root / path).is_file():
            files[path] = fill((root / path).read_text(encoding="utf-8"), regions)
    return files
