"""sqlfluff itself, through its Python API. Imported only by a worker process."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from sqlfluff.core import FluffConfig, Linter, SQLFluffUserError

from assay.style._profiles import FORCED, is_off
from assay.style._settings import config_files
from assay.style._violations import read
from assay.style._wire import Answer, Job

if TYPE_CHECKING:
    from assay.model import Origin

INLINE = ("-- sqlfluff", "--sqlfluff")
"""How a line starts that configures sqlfluff within the SQL (FluffConfig.process_raw_file_for_config)."""


class ConfigurationError(Exception):
    """The user's sqlfluff configuration is wrong: a message and an advice."""


class Profile(Struct, frozen=True):
    """A configuration that is ready to lint with."""

    linter: Linter
    notices: tuple[str, ...]


class Engine:
    """Lints jobs; keeps a profile for each folder and origin."""

    def __init__(self) -> None:
        self._log = _Log()
        logger = logging.getLogger("sqlfluff")
        logger.addHandler(self._log)
        logger.propagate = False
        self._profiles: dict[tuple[str, Origin], Profile] = {}
        with self._log.caught() as notices:
            Linter(config=FluffConfig(overrides=dict(FORCED))).lint_string("SELECT 1\n")  # imports the rest
        self._notices = tuple(notices)

    def lint(self, job: Job) -> Answer:
        """What sqlfluff says about `job`. Raises ConfigurationError."""
        profile = self._profile(job.folder, job.origin)
        best: Answer | None = None
        for number, text in enumerate(job.readings):
            answer = self._lint_text(profile, job.origin, number, text)
            if best is None or len(answer.violations) < len(best.violations):
                best = answer
            if not best.violations:
                break
        assert best is not None
        return best

    def _lint_text(self, profile: Profile, origin: Origin, number: int, text: str) -> Answer:
        linter = profile.linter
        with self._log.caught() as remarks:
            config = _with_inline(linter.config, text)
            parsed = linter.parse_rendered(linter.render_string(text, "<statement>", config, "utf-8"))
            linted = linter.lint_parsed(parsed, linter.get_rulepack(config))
        known = {*profile.notices, *self._notices}
        own = tuple(remark for remark in dict.fromkeys(remarks) if remark not in known)
        notices = tuple(dict.fromkeys((*self._notices, *profile.notices)))
        return Answer(number, tuple(read(linted, text, origin)), own, notices)

    def _profile(self, folder: str, origin: Origin) -> Profile:
        found = self._profiles.get((folder, origin))
        if found is None:
            with self._log.caught() as notices:
                linter = _configure(folder, origin)
            found = self._profiles[folder, origin] = Profile(linter, tuple(dict.fromkeys(notices)))
        return found


def _configure(folder: str, origin: Origin) -> Linter:
    """A linter with the user's configuration for `folder`, and what we insist on."""
    os.chdir(folder)  # sqlfluff also looks between the working directory and the folder: one and the same
    try:
        user = FluffConfig.from_path(folder, overrides=dict(FORCED))
        rules = Linter(config=user).get_rulepack().rules
        off = [rule.code for rule in rules if is_off(origin, rule.code, rule.groups)]
        exclude = ",".join([*user.get("rule_denylist"), *off])
        return Linter(config=FluffConfig.from_path(folder, overrides={**FORCED, "exclude_rules": exclude}))
    except Exception as error:
        raise _blame(Path(folder), error) from error


def _blame(folder: Path, error: Exception) -> ConfigurationError:
    """Name the file: the first that sqlfluff refuses on its own, else all that were read."""
    files = list(config_files(folder))
    for path in files:
        try:
            alone = FluffConfig.from_root(str(path), ignore_local_config=True, overrides=dict(FORCED))
            Linter(config=alone).get_rulepack()
        except Exception as own:  # noqa: BLE001 - whatever it is, it is this file's
            files, error = [path], own
            break
    names = ", ".join(map(str, files))
    problem = " ".join(str(error).split()) or type(error).__name__
    return ConfigurationError(
        f"sqlfluff refuses its configuration in {names}: {problem}",
        "Mend it; `sqlfluff lint -` reads the same file.",
    )


def _with_inline(config: FluffConfig, text: str) -> FluffConfig:
    """`config` changed by the `-- sqlfluff:` lines within `text`, as far as they may."""
    lines = [line for line in text.splitlines() if line.startswith(INLINE) and not _is_forced(line)]
    if not lines:
        return config
    own = config.copy()
    try:
        own.process_raw_file_for_config("\n".join(lines), "<statement>")
    except (SQLFluffUserError, ValueError) as error:
        logging.getLogger("sqlfluff.config").warning("%s", error)
        return config
    return own


def _is_forced(line: str) -> bool:
    return line.partition("sqlfluff:")[2].partition(":")[0].strip() in FORCED


class _Log(logging.Handler):
    """Catches what sqlfluff logs, so that a skipped rule or a plug-in that fails to load is told."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.append(" ".join(record.getMessage().split()))

    @contextmanager
    def caught(self) -> Iterator[list[str]]:
        """The messages logged inside the block."""
        self._messages = []
        yield self._messages
