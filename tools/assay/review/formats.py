"""The formats of a review: which module makes each, and where they go."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from assay.errors import EnvironmentFailedError
from assay.review.model import Review, write

if TYPE_CHECKING:
    from assay.report import ColorChoice

MODULES: Mapping[str, str] = {
    "text": "assay.review.text",
    "markdown": "assay.review.markdown",
    "html": "assay.review.html",
    "sarif": "assay.review.sarif",
    "annotations": "assay.review.annotations",
}
"""Each has `render(review) -> str`; JSON is the model's own."""

FILES: Mapping[str, str] = {
    "review.json": "json",
    "review.md": "markdown",
    "review.html": "html",
    "review.sarif": "sarif",
}


def rendered(review: Review, format: str) -> str:  # noqa: A002 - the option's own name
    """The review in a format."""
    if format == "json":
        return write(review)
    text: str = import_module(MODULES[format]).render(review)
    return text


def tell(review: Review, format: str, color: ColorChoice, stream: TextIO) -> None:  # noqa: A002
    """Write the review in a format to `stream`, in colours where it is a terminal's."""
    from assay.report._surface import printable, surface

    if format == "text":
        from assay.review.text import lines

        out = surface(stream, color)
        out.write(lines(review, out))
    else:
        stream.write(printable(rendered(review, format), stream))


def write_all(review: Review, folder: Path) -> None:
    """Write every file of `FILES`; review.md is as long as a job summary may be, not only a comment."""
    from assay.review.markdown import SUMMARY_BYTES, render

    texts = {name: rendered(review, how) for name, how in FILES.items() if how != "markdown"}
    texts["review.md"] = render(review, limit=SUMMARY_BYTES)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise EnvironmentFailedError(
            f"The review cannot be written to {folder}: {error.strerror}.",
            "Make room, or name another folder.",
        ) from error
