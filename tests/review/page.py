"""Reads Markdown as GitHub's parser does, and says what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

SUMMARY = re.compile(r"<details><summary>(?:[A-Za-z0-9, ]|<code>[^<>]*</code>)*</summary>\n|</details>\n")
"""All the HTML that a review's page has, but for code in a line."""

ACTIVE = re.compile(
    r"@\w|(?<!&)#\d|\bgh-\d|://|\bwww\.|:[\w+-]+:|::|(?<![^\W_])[0-9a-f]{7,64}(?![^\W_])", re.IGNORECASE
)
"""What GitHub makes something of in text."""

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Page:
    """The tokens of a page."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)

    def of(self, kind: str) -> list[Token]:
        """The block tokens of one kind."""
        return [token for token in self.tokens if token.type == kind]

    def headings(self) -> list[str]:
        """Their texts."""
        places = [n for n, token in enumerate(self.tokens) if token.type == "heading_open"]
        return [self.tokens[n + 1].content for n in places]

    def inline(self) -> Iterator[Token]:
        """Everything inside of lines."""
        for token in self.tokens:
            yield from token.children or ()
            yield Token("block_end", "", 0)

    def links(self) -> list[str]:
        """Where they lead."""
        return [str(token.attrGet("href")) for token in self.inline() if token.type == "link_open"]

    def prose(self) -> str:
        """The text that is not code, as it is shown."""
        found, in_code = [], False
        for token in self.inline():
            if token.type == "html_inline":
                in_code = token.content == "<code>"
            elif token.type == "text" and not in_code:
                found.append(token.content)
            elif token.type != "text_special":
                found.append("\n")
        return "".join(found)

    def rows(self) -> Iterator[tuple[int, int]]:
        """Of each row of a table: how many cells its header has, and how many pipes the row."""
        columns = 0
        for n, token in enumerate(self.tokens):
            if token.type == "thead_open":
                columns = sum(1 for each in self._until(n, "thead_close") if each.type == "th_open")
            if token.type == "tr_open" and token.map:
                yield columns, self.lines[token.map[0]].count("|")

    def _until(self, start: int, kind: str) -> Iterator[Token]:
        for token in self.tokens[start:]:
            if token.type == kind:
                return
            yield token
