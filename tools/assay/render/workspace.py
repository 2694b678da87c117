"""Runs the project's code inside this process, and puts the process back as it was."""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
import warnings
from argparse import Namespace
from collections.abc import Callable, Iterator
from configparser import ConfigParser, ParsingError
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import partial
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec import Struct, field

from assay.errors import UsageError

if TYPE_CHECKING:
    from alembic.config import Config

    from assay.history import Project


class EnvSettings(Struct, frozen=True):
    """What env.py is given beside the configuration file (governance.yaml, `alembic:`)."""

    x: tuple[str, ...] = ()
    """`-x` arguments, `key=value` each."""
    attributes: dict[str, Any] = field(default_factory=dict)
    """`Config.attributes`."""
    boot: str | None = None
    """`package.module:callable` or `file.py:callable`, called before env.py."""
    env: str = "auto"
    """`auto`, `project` (only env.py) or `built-in` (never env.py)."""


@contextmanager
def workspace(project: Project) -> Iterator[io.StringIO]:
    """Be in the project's folder with its import path; yields what its code prints, which is kept from ours.

    Working directory, import path, environment variables, warnings and root logger are restored.
    """
    printed = io.StringIO()
    directory, path, environ = Path.cwd(), list(sys.path), dict(os.environ)
    root = logging.getLogger()
    handlers, level, disabled = list(root.handlers), root.level, root.manager.disable
    os.chdir(project.root)
    sys.path[:0] = [str(project.root / entry) for entry in project.prepend_sys_path]
    try:
        with warnings.catch_warnings(), redirect_stdout(printed), redirect_stderr(printed):
            warnings.simplefilter("ignore")
            with _own_stdout(printed), _no_input(), _no_sudden_exit():
                yield printed
    finally:
        os.chdir(directory)
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environ)
        root.handlers[:] = handlers
        root.setLevel(level)
        root.manager.disable = disabled


def alembic_config(project: Project, settings: EnvSettings) -> Config:
    """Alembic's `Config` as its command line would make it for this project."""
    from alembic.config import Config

    options: dict[str, Any] = {"ini_section": project.name}
    if project.toml_file is not None and "toml_file" in signature(Config).parameters:
        options["toml_file"] = str(project.toml_file)
    file = str(project.config_file) if project.config_file else None
    config = Config(file, cmd_opts=_command_line(project, settings), **options)
    _tolerate_template(config)
    config.attributes.update(settings.attributes)
    config.set_main_option("script_location", str(project.script_location).replace("%", "%%"))
    return config


def _command_line(project: Project, settings: EnvSettings) -> Namespace:
    """What `alembic upgrade heads --sql` leaves in `config.cmd_opts`, which env.py may look at."""
    from alembic import command

    return Namespace(
        cmd=(command.upgrade, ["revision"], ["sql", "tag"]),
        config=str(project.config_file) if project.config_file else None,
        name=project.name,
        raiseerr=False,
        revision="heads",
        sql=True,
        tag=None,
        x=list(settings.x) or None,
    )


def _tolerate_template(config: Config) -> None:
    """Let `config` have what can be read of a templated ini file, where Alembic would stop at its marks."""
    try:
        config.file_config  # noqa: B018 - read at the first look
    except ParsingError:
        assert config.config_file_name is not None
        file = Path(config.config_file_name)
        config.config_args = {**config.config_args, "here": file.absolute().parent.as_posix()}
        parser = ConfigParser(config.config_args)
        with suppress(ParsingError):  # raised at the end, when every line was read
            parser.read_string(file.read_text(encoding="utf-8-sig"))
        vars(config)["file_config"] = parser


@contextmanager
def _own_stdout(printed: io.StringIO) -> Iterator[None]:
    """Keep what is written past `sys.stdout` out of our output: `os.write(1, …)`, a program that is run."""
    try:
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()
        kept = os.dup(1)
    except (OSError, ValueError):  # closed: there is nothing to keep clean
        yield
        return
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            caught.seek(0)
            printed.write(caught.read().decode("utf-8", "replace"))


@contextmanager
def _no_input() -> Iterator[None]:
    """Have the input end at once: nobody sees a question whose text goes to `printed`."""
    try:
        kept = os.dup(0)
    except OSError:  # closed
        yield
        return
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    try:
        yield
    finally:
        os.dup2(kept, 0)
        os.close(kept)


@contextmanager
def _no_sudden_exit() -> Iterator[None]:
    """Have `os._exit()` and `os.exec…()` raise SystemExit: they would end this process without a word."""
    kept, here = (os._exit, os.execv, os.execve), os.getpid()

    def stay(leave: Callable[..., Any], status: int, *rest: Any) -> NoReturn:
        if os.getpid() != here:  # a forked child ends like this
            leave(status, *rest)
        raise SystemExit(status if leave is kept[0] else 0)

    os._exit, os.execv, os.execve = (partial(stay, leave) for leave in kept)
    try:
        yield
    finally:
        os._exit, os.execv, os.execve = kept


def boot(project: Project, target: str) -> None:
    """Call the project's own boot hook; UsageError when it cannot be found."""
    where, _, name = target.rpartition(":")
    try:
        module = _file_module(project.root / where) if where.endswith(".py") else import_module(where)
        hook = getattr(module, name)
    except (ImportError, AttributeError, FileNotFoundError, ValueError) as error:
        raise UsageError(
            f"governance.yaml: alembic.boot names {target!r}, which cannot be had: {error}.",
            "Write package.module:callable, or path/to/file.py:callable relative to the project.",
        ) from error
    hook()


def _file_module(file: Path) -> Any:
    spec = spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
