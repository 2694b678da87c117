"""`assay`: finds the command, runs it, and turns every way to fail into its exit code."""

from __future__ import annotations

import atexit
import errno
import gc
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from assay import __version__, interrupt
from assay._clean import clean
from assay.cli._help import Group
from assay.errors import AssayError, ExitCode

_COLLECT_AFTER = 200_000
"""Objects made before Python looks for garbage; at its own 700 it looks all the time while modules load.

At 20,000 it still takes 24 ms of a check. So many of ours weigh some 30 MB.
"""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class _ReaderGoneError(Exception):
    """The reader of our output (`head`, a pager) went away."""


class _UnwritableError(Exception):
    """Our output cannot be written: a full disk."""


class _Commands(Group):
    """Finds `assay NAME` in the module `assay.cli.NAME`, whose `command` it is."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; click would end the process with 1 when the reader of our output is gone."""
        # Closed by whoever started us: the next file to be opened, maybe a connection, would be in its place.
        if sys.stdin is None:
            sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - until the end
        if sys.stdout is None:
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - until the end
        try:
            with interrupt.remembered():
                result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise _ReaderGoneError from error
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise _UnwritableError(error.strerror) from error
            raise
        return result

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        package = importlib.import_module("assay.cli")
        return sorted(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"assay.cli.{cmd_name}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            if not near:
                raise
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {near[0]!r}?", ctx) from error


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, "-V", "--version", prog_name="assay")
@click.option("-c", "--config", metavar="FILE", help="The alembic.ini (or pyproject.toml) of the project.")
@click.option("-n", "--name", metavar="SECTION", help="The section of alembic.ini to use.")
@click.pass_context
def assay(ctx: click.Context, config: str | None, name: str | None) -> None:
    """Prove every Alembic revision before it is committed.

    With no options a command looks at the revisions that are new: those that the branch you will merge
    into does not have yet.

    \b
    Exit codes: 0 fine · 1 findings · 2 usage or configuration · 3 the environment failed ·
    4 a bug in Assay
    """
    ctx.obj = {"config": config, "name": name}


def _forget_output() -> None:
    """Have what is still to be written go nowhere, so that it fails no second time at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(argv: Sequence[str] | None = None) -> int:
    """Run `assay` with `argv` (the process's own arguments by default); the exit code, never an exception."""
    if argv is not None:
        return _run(list(argv))
    gc.set_threshold(_COLLECT_AFTER)
    ended: list[int] = []
    atexit.register(_end_at_once, ended)
    ended.append(_run(None))
    return ended[0]


def _end_at_once(ended: list[int]) -> None:
    """End the process with the code in `ended`, without freeing all its memory first, as mypy does, too.

    Registered before anything else, so called after everything else that Python does at its exit: threads
    have ended, what others registered was called.
    """
    if ended:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # a full disk was told; a closed one has nothing left
                if stream is not None:
                    stream.flush()
        os._exit(ended[0])


def _run(arguments: list[str] | None) -> int:
    try:
        result = assay.main(args=arguments, prog_name="assay", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped; nothing was changed.", err=True)  # click has ended the line of the ^C
        return 130
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except AssayError as error:
        for line in f"assay: {error.message}\n{error.advice}".split("\n"):
            click.echo(clean(line), err=True)
        return int(error.exit_code)
    except _UnwritableError as error:
        _forget_output()
        click.echo(f"assay: the output cannot be written: {error}.", err=True)
        click.echo("Make room, or write it to another place.", err=True)
        return int(ExitCode.ENVIRONMENT)
    except _ReaderGoneError:  # not our failure, and nobody to tell it to
        _forget_output()
        return int(ExitCode.OK)
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes exit code 4
        from assay.cli._bug import report_bug

        report_bug(error)
        return int(ExitCode.BUG)
    return result if isinstance(result, int) else int(ExitCode.OK)
