"""What alembic.ini and `[tool.alembic]` say, read as Alembic reads them (alembic.config.Config)."""

from __future__ import annotations

import configparser
import importlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from assay.errors import UsageError

Overrides = Mapping[str, "str | bool | Sequence[str]"]

SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
"""Values of `path_separator` (alembic.config.Config._get_file_separator_char)."""

_LEGACY_LOCATIONS = re.compile(r", *|(?: +)")
_LEGACY_SYS_PATH = re.compile(r", *|(?: +)|\:")
_TEMPLATED = re.compile(r"[{}]|^\s*[<@$%]")


class Settings(Struct, frozen=True):
    """The options of one project; overrides win over the ini section, and that over the toml table."""

    ini: Path | None = None
    toml: Path | None = None
    name: str = "alembic"
    parser: configparser.ConfigParser = field(default_factory=configparser.ConfigParser)
    table: Mapping[str, Any] = field(default_factory=dict)
    overrides: Overrides = field(default_factory=dict)

    def text(self, option: str) -> str | None:
        """The option as one text; UsageError when it needs a key that only the application sets."""
        value = self._value(option)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, (list, tuple, dict)):
            raise UsageError(f"{self.where(option)}: `{option}` must be one text, not {value!r}.", _SEE)
        return str(value)

    def flag(self, option: str) -> bool:
        """A boolean option: in an ini file, only `true` is true."""
        return self._value(option) in (True, "true")

    def paths(self, option: str) -> tuple[str, ...]:
        """A list of paths: a list of the toml table, or one text split at the configured separator."""
        value = self._value(option)
        if not value:
            return ()
        if not isinstance(value, str):
            return tuple(str(each) for each in value)
        legacy = _LEGACY_SYS_PATH if option == "prepend_sys_path" else _LEGACY_LOCATIONS
        separator = self._separator(option)
        if separator is None:
            return tuple(part for part in legacy.split(value.strip()) if part.strip())
        return tuple(part.strip() for part in value.split(separator) if part.strip())

    def options(self) -> dict[str, str]:
        """The ini section; a value that cannot be interpolated as it stands."""
        if not self.parser.has_section(self.name):
            return {}
        return {
            option: self._interpolated(option)
            for option in self.parser.options(self.name)
            if option != "here"
        }

    def where(self, option: str) -> str:
        """The place that sets `option`, or would set it."""
        if option in self.overrides:
            return "governance.yaml"
        if self.ini and (self.parser.has_option(self.name, option) or not self.toml):
            return f"{self.ini} [{self.name}]"
        return f"{self.toml} [tool.alembic]" if self.toml else "governance.yaml"

    def _value(self, option: str) -> Any:
        if option in self.overrides:
            return self.overrides[option]
        if self.parser.has_option(self.name, option):
            try:
                return self.parser.get(self.name, option)
            except configparser.InterpolationError as error:
                raise self._uninterpolated(option, error) from None
        return self._from_table(option)

    def _from_table(self, option: str) -> Any:
        value, here = self.table.get(option), {"here": self.toml.parent.as_posix() if self.toml else ""}
        try:
            if isinstance(value, str):
                return value % here
            return [str(each) % here for each in value] if isinstance(value, list) else value
        except (KeyError, ValueError, TypeError) as error:
            why = f"{self.where(option)}: `{option}` cannot be interpolated: {error!r}."
            raise UsageError(
                why, "Only %(here)s can stand in it; write any other percent sign twice."
            ) from None

    def _interpolated(self, option: str) -> str:
        try:
            return self.parser.get(self.name, option)
        except configparser.InterpolationError:
            return self.parser.get(self.name, option, raw=True)

    def _uninterpolated(self, option: str, error: configparser.InterpolationError) -> UsageError:
        missing = error.reference if isinstance(error, configparser.InterpolationMissingOptionError) else ""
        written = re.search(
            rf"%\({re.escape(missing)}\)s", self.parser.get(self.name, option, raw=True), re.I
        )
        why = f"needs {written[0]}, which the file does not set" if written else "has a stray percent sign"
        return UsageError(
            f"{self.where(option)}: `{option}` {why}.",
            f"Set `{option}` in governance.yaml (or write it without the key; %(here)s is always there).",
        )

    def _separator(self, option: str) -> str | None:
        names = ("path_separator", "version_path_separator")
        for name in names if option == "version_locations" else names[:1]:
            if self.parser.has_option(self.name, name):
                value = self.parser.get(self.name, name)
                if value not in SEPARATORS:
                    known = ", ".join(SEPARATORS)
                    raise UsageError(f"{self.where(name)}: {name} = {value} is none of {known}.", _SEE)
                return SEPARATORS[value]
        return None


_SEE = "See https://alembic.sqlalchemy.org/en/latest/tutorial.html#editing-the-ini-file."


def read_settings(ini: Path | None, toml: Path | None, name: str | None, overrides: Overrides) -> Settings:
    """The settings of the files; UsageError when one cannot be read or lacks the section `name`."""
    parser = _read_ini(ini)
    section = name or "alembic"
    if ini and not parser.has_section(section) and (name or not (toml or "script_location" in overrides)):
        raise _no_section(ini, section, parser.sections())
    if name and not ini:
        raise UsageError(f"-n {name} names a section of an alembic.ini, and there is none.", "Leave -n out.")
    return Settings(ini, toml, section, parser, read_table(toml) if toml else {}, overrides)


def read_table(toml: Path) -> Mapping[str, Any]:
    """The `[tool.alembic]` table of a pyproject.toml; empty when it has none."""
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    source = toml.read_bytes()
    if b"alembic" not in source:
        return {}
    try:
        table = tomllib.loads(source.decode()).get("tool", {}).get("alembic", {})
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"{toml} is not valid TOML: {error}.", "Mend the file, or point -c elsewhere."
        ) from None
    if not isinstance(table, dict):
        raise UsageError(f"{toml}: [tool.alembic] is no table.", _SEE)
    return table


def _read_ini(ini: Path | None) -> configparser.ConfigParser:
    here = ini.parent.as_posix() if ini else ""
    parser = configparser.ConfigParser({"here": here})
    if ini is None:
        return parser
    try:
        parser.read_string(ini.read_text(encoding="utf-8-sig"), source=str(ini))
    except UnicodeDecodeError as error:
        line = ini.read_bytes()[: error.start].count(b"\n") + 1
        raise UsageError(f"{ini}:{line}: not UTF-8.", "Save the file as UTF-8.") from None
    except configparser.ParsingError as error:
        # What could be read is in the parser: a template's own lines do no harm there.
        if isinstance(error, configparser.MissingSectionHeaderError):
            raise _unparsable(ini, error.lineno, "stands before any [section]") from None
        if any(not _TEMPLATED.search(str(text)) for _, text in error.errors):
            raise _unparsable(ini, error.errors[0][0], "is neither `option = value` nor [section]") from None
    except (configparser.DuplicateOptionError, configparser.DuplicateSectionError) as error:
        raise _unparsable(ini, error.lineno or 1, "repeats what was set before") from None
    return parser


def _unparsable(ini: Path, line: int, why: str) -> UsageError:
    return UsageError(
        f"{ini}:{line}: this line {why}.", "Mend the line; Alembic cannot read the file either."
    )


def _no_section(ini: Path, section: str, sections: list[str]) -> UsageError:
    near = get_close_matches(section, sections, n=1)
    known = ", ".join(f"[{each}]" for each in sections) or "none"
    hint = f"Did you mean -n {near[0]}?" if near else f"Its sections: {known}."
    return UsageError(f"{ini} has no section [{section}].", hint)
