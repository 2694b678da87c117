"""A stranger's text as Markdown in which nothing happens.

GitHub looks for @mentions, #123, commits, addresses and :emoji: in the text after the Markdown is laid out,
so that no backslash keeps it from finding them; in code it does not look. What could be any of those is shown
as code, then, and the rest is escaped. (GitHub, "Autolinked references and URLs"; github/html-pipeline.)
"""

from __future__ import annotations

import re

from assay._clean import clean

MOST_CODE = 300
"""Characters of a name in code that are shown."""

MOST_TEXT = 2_000
"""Characters of a sentence that are shown."""

MOST_BLOCK = 4_000
"""Characters of advice that are shown."""

_RISKY = re.compile(
    r"@|#|::|:[^\s:]+:|://|\\"
    r"|www\.|\b(?:mailto|xmpp|javascript|data|vbscript):"
    r"|\bgh-\d|\bghsa-"
    r"|(?<![^\W_])[0-9a-f]{7,64}(?![^\W_])",
    re.IGNORECASE,
)
"""In a word: what GitHub may turn into a link, a mention or a picture, or a log into a command."""

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "&#96;", "|": "&#124;", "$": "&#36;"}
_ESCAPED = frozenset("*_[]{}~^!")
_STARTS = re.compile(r"[-+=]|\d+[.)]$")
"""What makes a list, a rule or a heading of a word at the beginning of a line."""

_CODE_IN_TEXT = re.compile(r"(?<![`\w])`([^`\n]+)`(?![`\w])")
_PLAIN = re.compile(r"(?![ ])[^`|]*[^`| \\]", re.DOTALL)
"""What can stand between two back-ticks, in a table too."""

_CLOSES = {")": "(", '"': '"', "'": "'"}
_BEFORE, _BEHIND = "(\"'", ")\"'.,;!?"
"""Punctuation that can stand around a word, and what opens what closes."""

_NO_ENTITY = re.compile(r"[A-Za-z0-9 ]|[^\x00-\x7f]")
_COMMAND = re.compile(r"^(\s*):(?=:)")


def text(value: str, most: int = MOST_TEXT) -> str:
    """A sentence on one line, for a paragraph, a list or a cell of a table."""
    whole = " ".join(shortened(value, most).split())
    parts: list[str] = []
    for n, part in enumerate(_CODE_IN_TEXT.split(whole)):
        parts.append(code(part, most) if n % 2 else " ".join(map(_word, part.split(" "))))
    return "".join(parts)


def code(value: str, most: int = MOST_CODE) -> str:
    """A name, exactly: in back-ticks where that can be, else in HTML."""
    shown = clean(shortened(value, most))
    if _PLAIN.fullmatch(shown) and "##[" not in shown:
        return f"`{shown}`"
    return html_code(value, most)


def html_code(value: str, most: int = MOST_CODE) -> str:
    """The same in HTML, for where Markdown is not read (a summary) or its back-ticks do not do."""
    shown = clean(shortened(value, most)) or " "
    inner = "".join(c if _NO_ENTITY.fullmatch(c) else f"&#{ord(c)};" for c in shown)
    return f"<code>{inner}</code>"


def fence(language: str, content: str) -> str:
    """A block of code, whatever stands in it."""
    lines = [_line(line) for line in content.replace("\r\n", "\n").split("\n")]
    return raw_fence(language, "\n".join(lines))


def raw_fence(language: str, content: str) -> str:
    """A block of what is harmless as it is, but for back-ticks."""
    runs = re.findall("`{3,}", content)
    ticks = "`" * max([3, *(len(run) + 1 for run in runs)])
    return f"{ticks}{language}\n{content}\n{ticks}"


def details(summary: str, body: str) -> str:
    """A fold; `summary` is HTML."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def link(label: str, url: str | None) -> str:
    """`label`, which is Markdown, leading to `url` where there is one."""
    return label if url is None else f"[{label}]({url})"


def shortened(value: str, most: int) -> str:
    """The beginning of what is too long, and how much more there is."""
    more = len(value) - most
    return value if more <= 0 else f"{value[:most]}… ({more:,} more characters)"


def _word(word: str) -> str:
    if _RISKY.search(word) or clean(word) != word:
        before, core, after = _taken_apart(word)
        return f"{_escaped(before)}{code(core, MOST_TEXT)}{_escaped(after)}"
    return _escaped(word)


def _taken_apart(word: str) -> tuple[str, str, str]:
    """The punctuation before it, the word, and what stands behind it: `("@a",` is `("`, `@a`, `",`."""
    start, end = len(word) - len(word.lstrip(_BEFORE)), len(word.rstrip(_BEHIND))
    before, core, after = word[:start], word[start:end], word[end:]
    while after and after[0] in _CLOSES and _is_open(core, after[0]):
        core, after = core + after[0], after[1:]
    return before, core, after


def _is_open(core: str, closing: str) -> bool:
    """Whether what `closing` closes was opened in `core`."""
    opening = _CLOSES[closing]
    if opening == closing:
        return core.count(closing) % 2 == 1
    return core.count(opening) > core.count(closing)


def _escaped(word: str) -> str:
    shown = "".join(_ENTITIES.get(c) or (f"\\{c}" if c in _ESCAPED else c) for c in word)
    start = _STARTS.match(shown)
    if start is None:
        return shown
    return f"\\{shown}" if shown[0] in "-+=" else f"{shown[:-1]}\\{shown[-1]}"


def _line(line: str) -> str:
    """One line of code; one that a log of GitHub's would take for a command is told otherwise."""
    shown = clean(line.expandtabs(4))
    return _COMMAND.sub(r"\1\\x3a", shown).replace("##[", "#\\x23[")
