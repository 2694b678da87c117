"""Strings that a pattern of PostgreSQL's matches. A guess: PostgreSQL is asked whether they do."""

from __future__ import annotations

import re
import string

_CLASSES = {
    "alpha": string.ascii_lowercase + string.ascii_uppercase,
    "alnum": string.ascii_lowercase + string.digits,
    "digit": string.digits,
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "xdigit": string.digits + "abcdef",
    "punct": "-_.,;:",
    "space": " ",
    "word": string.ascii_lowercase + string.digits + "_",
}
_ESCAPES = {
    "d": string.digits,
    "w": _CLASSES["word"],
    "s": " ",
    "D": "abc",
    "W": "-.",
    "S": "abc",
    "t": "\t",
    "n": "\n",
    "r": "\r",
}
_ANY = string.ascii_lowercase + string.digits
_PRINTABLE = string.ascii_letters + string.digits + "-_.:/ "
_NOTHING = frozenset("mMyYAZ")
"""Escapes that match a position."""
LONGEST_REPETITION = 300


def like(pattern: str, seed: int) -> str:
    """A string that LIKE `pattern` matches."""
    parts = re.split(r"(\\.|%|_)", pattern, flags=re.DOTALL)
    fill = {"%": f"x{seed}", "_": _ANY[seed % len(_ANY)]}
    return "".join(fill.get(part, part[1:] if part.startswith("\\") else part) for part in parts)


def regex(pattern: str, seed: int) -> str | None:
    """A string that the regular expression matches; None where it is beyond us."""
    try:
        sampler = _Sampler(pattern, seed)
        text = sampler.alternatives()
    except (IndexError, ValueError, RecursionError):
        return None
    return text if sampler.at_end else None


class _Sampler:
    """Reads a regular expression once, writing a match as it goes; `seed` varies the choices."""

    def __init__(self, pattern: str, seed: int) -> None:
        self._pattern = pattern
        self._at = 0
        self._seed = seed
        self._choices = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._pattern)

    def alternatives(self) -> str:
        branches = [self._branch()]
        while self._take("|"):
            branches.append(self._branch())
        return branches[self._next() % len(branches)]

    def _branch(self) -> str:
        text = ""
        while not self.at_end and self._pattern[self._at] not in "|)":
            start = self._at
            piece = self._atom()
            after = self._at
            least, most = self._quantifier()
            if after == self._at:
                text += piece
                continue
            end = self._at
            wanted = min(most, max(least, 1) + (self._seed % 3 if most > least else 0), LONGEST_REPETITION)
            for _ in range(wanted):
                self._at = start
                text += self._atom()
            self._at = end
        return text

    def _quantifier(self) -> tuple[int, int]:
        found = re.compile(r"([*+?]|\{(\d+)(,?)(\d*)\})\??").match(self._pattern, self._at)
        if not found:
            return 1, 1
        self._at = found.end()
        if found[2] is None:
            return {"*": (0, 1000), "+": (1, 1000), "?": (0, 1)}[found[1]]
        least = int(found[2])
        return least, int(found[4]) if found[4] else 1000 if found[3] else least

    def _atom(self) -> str:
        character = self._pattern[self._at]
        self._at += 1
        if character in "^$":
            return ""
        if character == ".":
            return self._pick(_ANY)
        if character == "[":
            return self._pick(self._bracket())
        if character == "\\":
            return self._escape()
        return self._group() if character == "(" else character

    def _group(self) -> str:
        lookaround = re.compile(r"\?(=|!|<=|<!)").match(self._pattern, self._at)
        marked = re.compile(r"\?(:|=|!|<=|<!)").match(self._pattern, self._at)
        if marked:
            self._at = marked.end()
        text = self.alternatives()
        if not self._take(")"):
            raise ValueError(self._pattern)
        return "" if lookaround else text

    def _escape(self) -> str:
        letter = self._pattern[self._at]
        self._at += 1
        if letter in _NOTHING:
            return ""
        return self._pick(_ESCAPES[letter]) if letter in _ESCAPES else letter

    def _bracket(self) -> str:
        negated = self._take("^")
        allowed = "]" if self._take("]") else ""
        while not self._take("]"):
            named = re.compile(r"\[:(\w+):\]").match(self._pattern, self._at)
            span = re.compile(r"([^\\])-([^\]])", re.DOTALL).match(self._pattern, self._at)
            if named:
                allowed += _CLASSES.get(named[1], "")
                self._at = named.end()
            elif span:
                allowed += "".join(map(chr, range(ord(span[1]), min(ord(span[2]), ord(span[1]) + 200) + 1)))
                self._at = span.end()
            elif self._take("\\"):
                allowed += _ESCAPES.get(self._pattern[self._at], self._pattern[self._at])
                self._at += 1
            else:
                allowed += self._pattern[self._at]
                self._at += 1
        return "".join(c for c in _PRINTABLE if c not in allowed) if negated else allowed

    def _take(self, character: str) -> bool:
        found = not self.at_end and self._pattern[self._at] == character
        self._at += found
        return found

    def _pick(self, characters: str) -> str:
        if not characters:
            raise ValueError(self._pattern)
        return characters[self._next() % len(characters)]

    def _next(self) -> int:
        """Grows, so that neighbours differ; the same for the same seed."""
        self._choices += 1
        return self._choices + self._seed * 3
