"""Takes secrets out of text that leaves the machine. Where in doubt it takes too much."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from functools import cache

MASK = "***"

_NAME = r"[\w-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)"
_VALUE = (
    r"""(?:'(?:\\.|''|[^'\\])*(?:'|\Z)"""
    r"""|"(?:\\.|""|[^"\\])*(?:"|\Z)"""
    r"""|\\+(?P<quote>['"])(?:.*?\\+(?P=quote)|.*)"""
    r"""|\S+)"""
)
"""Quoted, quoted inside a quoted string, or up to the next white space."""
_FLAGS = re.IGNORECASE | re.DOTALL

Patterns = tuple[tuple[re.Pattern[str], str], ...]
"""What is looked for, and what is put in its place."""


@cache
def _urls() -> Patterns:
    """Compiled when they are first needed: most runs have nothing to hide."""
    return (
        # Up to the last @ of the line: a password may hold any character, unescaped by mistake.
        (
            re.compile(r"((?:postgres|postgresql|mysql|oracle|mssql)[\w+.-]*://)[^\n]*@", _FLAGS),
            rf"\g<1>{MASK}@",
        ),
        (re.compile(r"(?<![\w+.-])([\w+.-]+://)\S*@"), rf"\g<1>{MASK}@"),
    )


@cache
def _patterns() -> Patterns:
    return (
        *_urls(),
        (
            re.compile(rf"""(?<![\w-])({_NAME}(?:\\*["']\s*[:=,]|\s*[:=])\s*){_VALUE}""", _FLAGS),
            rf"\g<1>{MASK}",
        ),
        (re.compile(rf"(?<![\w-])(--{_NAME}[ \t]+){_VALUE}", _FLAGS), rf"\g<1>{MASK}"),
        (re.compile(r"(\b(?:bearer|basic)\s+)\S+", _FLAGS), rf"\g<1>{MASK}"),
    )


@cache
def _in_source() -> Patterns:
    """In code only text in quotes can be a secret, or what stands right behind a connection string's `=`."""
    quoted = rf"(?<![\w-])({_NAME}[\"']?\]?\s*[:=]\s*[rbfu]*)(['\"]{{3}}|['\"]).*?(?:(?<!\\)\2|$)"
    return (
        *_urls(),
        (re.compile(quoted, _FLAGS), rf"\1\2{MASK}\2"),
        (re.compile(rf"(?<![\w-])({_NAME}=)[^\s'\",;)]+", _FLAGS), rf"\1{MASK}"),
    )


_ANY_URL = re.compile(r"(://).*@", re.DOTALL)
"""In an argument of its own nothing else can stand around the URL."""


def redact(text: str) -> str:
    """`text` without passwords: in URLs, connection strings, assignments, options and headers."""
    for pattern, replacement in _patterns():
        text = pattern.sub(replacement, text)
    return text


def redact_source(line: str) -> str:
    """A line of source code without the secrets that stand in it; names and types are left as they are."""
    for pattern, replacement in _in_source():
        line = pattern.sub(replacement, line)
    return line


def redact_command(arguments: list[str]) -> str:
    """A command line as it could be typed, without secrets."""
    return redact(shlex.join(_ANY_URL.sub(rf"\g<1>{MASK}@", argument) for argument in arguments))


def redact_values(text: str, environment: Mapping[str, str]) -> str:
    """`text` without the values of those variables whose names say that they are secret."""
    for name, value in environment.items():
        if re.search(_NAME, name, re.IGNORECASE) and len(value) > 3:
            text = text.replace(value, MASK)
    return text
