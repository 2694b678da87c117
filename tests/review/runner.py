"""How GitHub's runner reads a log for commands, after its ActionCommand.cs and ActionCommandManager.cs.

In its order: `::name key=value,…::data` at a line's beginning, else `##[name key=value;…]data` anywhere in it;
between `stop-commands` and its token nothing. A name that is not registered is no command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

REGISTERED = frozenset(
    [
        "add-mask",
        "add-matcher",
        "add-path",
        "debug",
        "echo",
        "endgroup",
        "error",
        "group",
        "internal-set-repo-path",
        "notice",
        "remove-matcher",
        "save-state",
        "set-env",
        "set-output",
        "stop-commands",
        "warning",
    ]
)

_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_OLD = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))


@dataclass(frozen=True)
class Command:
    """What the runner would do."""

    name: str
    properties: dict[str, str]
    data: str


def commands(log: str) -> Iterator[Command]:
    """All that it reads in a log."""
    token: str | None = None
    for line in re.split("\r\n|\r|\n", log):
        registered = REGISTERED | ({token.lower()} if token else set())
        found = _new(line, registered) or _old(line, registered)
        if found is None:
            continue
        if token is not None:
            token = None if found.name.lower() == token.lower() else token
        elif found.name == "stop-commands":
            token = found.data
        else:
            yield found


def _new(line: str, registered: set[str] | frozenset[str]) -> Command | None:
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    return _command(line[2:end], line[end + 2 :], ",", _PROPERTY, _DATA, registered)


def _old(line: str, registered: set[str] | frozenset[str]) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    return _command(line[start + 3 : end], line[end + 1 :], ";", _OLD, _OLD, registered)


def _command(
    info: str,
    data: str,
    separator: str,
    of_properties: tuple[tuple[str, str], ...],
    of_data: tuple[tuple[str, str], ...],
    registered: set[str] | frozenset[str],
) -> Command | None:
    name, _, told = info.partition(" ")
    if name.lower() not in registered:
        return None
    pairs = [re.split("=+", each.lstrip("="), maxsplit=1) for each in told.strip().split(separator)]
    properties = {pair[0]: _unescaped(pair[1], of_properties) for pair in pairs if len(pair) == 2 and pair[1]}
    return Command(name, properties, _unescaped(data, of_data))


def _unescaped(text: str, replacements: tuple[tuple[str, str], ...]) -> str:
    for escaped, character in replacements:
        text = text.replace(escaped, character)
    return text
