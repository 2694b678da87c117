"""The options that every command over revisions shares."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, cast

import click
from msgspec import Struct

from assay.errors import UsageError
from assay.history import Selection
from assay.model import Severity

if TYPE_CHECKING:
    from assay.report import ColorChoice, Format


class Options(Struct, frozen=True):
    """What the user asked for, the same for every command."""

    config: str | None
    name: str | None
    selection: Selection
    x: tuple[str, ...]
    format: Format
    color: ColorChoice
    fail_on: Severity | None
    stats: str | None = None
    """A file of `assay stats`."""


_OUTPUT = (
    click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True,
                 help="How to tell the result."),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto",
                 show_default=True, help="When to colour it."),
    click.option("--fail-on", type=click.Choice([s.value for s in Severity]), default=None,
                 help="The mildest severity that fails (governance.yaml, else error)."),
)  # fmt: skip

_PROJECT = (
    click.option("-c", "--config", metavar="FILE", help="The alembic.ini (or pyproject.toml)."),
    click.option("-n", "--name", metavar="SECTION", help="The section of alembic.ini to use."),
    click.option(
        "-x", "x", multiple=True, metavar="KEY=VALUE", help="An argument for env.py, as `alembic -x`."
    ),
)

_SELECTION = (
    click.option("--base", metavar="REF", help="New is what this branch or commit does not have yet."),
    click.option("--staged", is_flag=True, help="Judge what is staged: the index, not the working tree."),
    click.option("--all", "everything", is_flag=True, help="Every revision, not only the new ones."),
)


stats_option = click.option(
    "--stats", metavar="FILE", help="Sizes of the real tables, as `assay stats --url …` writes them."
)


def revision_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give `command(options, …)` the arguments and options of a command over revisions."""

    @functools.wraps(command)
    def wrapped(
        revisions: tuple[str, ...], base: str | None, staged: bool, everything: bool, **kw: Any
    ) -> Any:
        _one_way([("REVISION", bool(revisions)), ("--staged", staged), ("--all", everything)])
        selection = Selection(ids=revisions, base=base, staged=staged, all=everything)
        return command(_options(selection, kw), **kw)

    argument = click.argument("revisions", nargs=-1, metavar="[REVISION]...")
    return _decorate(wrapped, (argument, *_SELECTION, *_PROJECT, *_OUTPUT))


def staged_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give `command(options, …)` the options of a command that compares with a base or with HEAD."""

    @functools.wraps(command)
    def wrapped(base: str | None, staged: bool, **kw: Any) -> Any:
        return command(_options(Selection(base=base, staged=staged), kw), **kw)

    return _decorate(wrapped, (*_SELECTION[:2], *_PROJECT, *_OUTPUT))


REVIEW_FORMATS = ("text", "markdown", "html", "json", "sarif", "annotations")


def review_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give `command(options, format=…, …)` the options of a review: one base, and more formats."""

    @functools.wraps(command)
    def wrapped(base: str | None, format: str, **kw: Any) -> Any:  # noqa: A002 - the option's own name
        rest = {**kw, "format": "text"}
        options = _options(Selection(base=base), rest)
        return command(options, format=format, **rest)

    told = click.option(
        "--format",
        type=click.Choice(REVIEW_FORMATS),
        default="text",
        show_default=True,
        help="How to tell the result.",
    )
    return _decorate(wrapped, (_SELECTION[0], *_PROJECT, told, *_OUTPUT[1:]))


def _decorate(command: Callable[..., Any], options: tuple[Any, ...]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command


def _options(selection: Selection, kw: dict[str, Any]) -> Options:
    above = click.get_current_context().obj or {}
    fail_on = kw.pop("fail_on")
    return Options(
        config=kw.pop("config") or above.get("config"),
        name=kw.pop("name") or above.get("name"),
        selection=selection,
        x=kw.pop("x"),
        format=cast('Literal["text", "json"]', kw.pop("format")),
        color=kw.pop("color"),
        fail_on=Severity(fail_on) if fail_on else None,
        stats=kw.pop("stats", None),
    )


def _one_way(ways: list[tuple[str, bool]]) -> None:
    used = [name for name, is_used in ways if is_used]
    if len(used) > 1:
        raise UsageError(
            f"{' and '.join(used)} cannot be combined: each says which revisions to look at.",
            f"Give only one of them, {used[0]} for instance.",
        )
