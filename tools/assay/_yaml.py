"""Reads a YAML file into structs, and says of every mistake where it stands and what was meant.

A struct is its own schema: type hints say what is expected, and a hint's `Meta(extra={…})` may add `pattern`
(of a string, with `example`) or, for a mapping, `keys` (a function that returns the known ones),
`key_pattern` (others that are fine), `key_kind` and `key_help` (for the message); the same of a string that
is such a key. A field with the extra `line` gets the record's line; one without a default must be given; a
record may refuse its values with a ValueError, the rest of a sentence about it, and what to do. Scalars
where a string is expected are taken as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, TypeVar, cast, get_args, get_origin

import yaml
from msgspec import NODEFAULT, Meta, Struct, structs

from assay._clean import clean
from assay.errors import UsageError
from assay.redact import redact

T = TypeVar("T")
_NULL = "tag:yaml.org,2002:null"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Field(NamedTuple):
    """One field of a struct that is a file's shape."""

    hint: Any
    """Without what `Annotated` adds."""
    extra: Mapping[str, Any]
    default: Any
    """What it is where the file does not say; `msgspec.NODEFAULT` where the file has to."""


def fields_of(shape: Any) -> dict[str, Field]:
    """By name."""
    found = {}
    for each in structs.fields(shape):
        hint, *notes = get_args(each.type) if get_origin(each.type) is Annotated else (each.type,)
        extra = next((note.extra for note in notes if isinstance(note, Meta)), None) or {}
        made = each.default if each.default_factory is NODEFAULT else each.default_factory()
        found[each.name] = Field(hint, extra, made)
    return found


def read(path: Path, shape: type[T], shown: str) -> T:
    """The file at `path` as a `shape`; `shown` is how messages name the file. Raises UsageError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"{shown} cannot be read: {error.strerror}.", "Check the path and its rights."
        ) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{shown}:{line}: not UTF-8.", "Save the file in UTF-8.") from None
    try:
        return _parse(text, shape, shown)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{shown}:{mark.line + 1}" if mark else shown
        raise UsageError(clean(f"{where}: not valid YAML: {error.problem}."), "Mend the line.") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UsageError(f"{shown}:{line}: {error.reason}.", "Remove the character.") from None
    except RecursionError:
        raise UsageError(f"{shown}: nested too deeply.", "Make the file flatter.") from None


def _parse(text: str, shape: type[T], shown: str) -> T:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        empty = node is None or node.tag == _NULL
        return shape() if empty else _Reader(shown, loader).record(node, shape, "")
    finally:
        loader.dispose()


class _Reader:
    """Turns YAML nodes into what type hints ask for; `where` is the dotted key of a node."""

    def __init__(self, shown: str, loader: Any) -> None:
        self.shown = shown
        self.loader = loader

    def fail(self, node: yaml.Node, fact: str, advice: str) -> NoReturn:
        raise UsageError(clean(f"{self.shown}:{node.start_mark.line + 1}: {fact}"), advice)

    def expected(self, node: yaml.Node, where: str, what: str) -> NoReturn:
        label = f"`{where}`" if where else "the file"
        self.fail(node, f"{label} must be {what}, not {_found(node)}.", "See docs/configuration.md.")

    def record(self, node: yaml.Node, shape: type[T], where: str) -> T:
        """Keys with nothing behind them keep their default."""
        known = {name: f for name, f in fields_of(shape).items() if not f.extra.get("internal")}
        values = {}
        for key, child, inner in self.items(node, where):
            if key.value not in known:
                self.unknown(key, "key", inner, known, f"Known here: {', '.join(known)}.")
            if child.tag != _NULL:
                field = known[key.value]
                values[key.value] = self.value(child, field.hint, inner, field.extra)
        return self.made(node, shape, where, values)

    def made(self, node: yaml.Node, shape: type[T], where: str, values: dict[str, Any]) -> T:
        """The record, with its line where it has a field for that; what it lacks or refuses is told."""
        for name, field in fields_of(shape).items():
            if field.default is NODEFAULT and name not in values:
                self.fail(node, f"`{where}` has no `{name}`.", "Give it one; see docs/configuration.md.")
            if field.extra.get("line"):
                values[name] = node.start_mark.line + 1
        try:
            return shape(**values)
        except ValueError as error:
            fact, *advice = error.args
            self.fail(node, f"`{where}` {fact}.", advice[0] if advice else "See docs/configuration.md.")

    def items(self, node: yaml.Node, where: str) -> list[tuple[yaml.Node, yaml.Node, str]]:
        if not isinstance(node, yaml.MappingNode):
            self.expected(node, where, "a mapping")
        seen: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.expected(key, f"{where}.?".lstrip("."), "a plain key")
            if key.value in seen:
                fact = f"`{key.value}` stands here a second time; the first is on line {seen[key.value]}."
                self.fail(key, fact, "Keep one of the two.")
            seen[key.value] = key.start_mark.line + 1
        return [(key, child, f"{where}.{key.value}".lstrip(".")) for key, child in node.value]

    def unknown(self, node: yaml.Node, kind: str, name: str, known: Collection[str], help_: str) -> NoReturn:
        spelt = {choice.replace("-", "_"): choice for choice in known}
        near = get_close_matches(name.rpartition(".")[2].replace("-", "_").lower(), spelt, n=1)
        advice = f"Did you mean `{spelt[near[0]]}`?" if near else help_
        self.fail(node, f"there is no {kind} `{name}`.", advice)

    def value(self, node: yaml.Node, hint: Any, where: str, extra: Mapping[str, Any]) -> Any:
        origin = get_origin(hint)
        if origin is UnionType:
            some = next(arg for arg in get_args(hint) if arg is not type(None))
            return self.value(node, some, where, extra)
        if is_record(hint):
            return self.record(node, cast(type, hint), where)
        if origin is tuple:
            return self.sequence(node, get_args(hint)[0], where, extra)
        if origin is Mapping:
            return self.mapping(node, get_args(hint)[1], where, extra)
        return self.anything(node) if hint is object else self.scalar(node, hint, where, extra)

    def anything(self, node: yaml.Node) -> object:
        try:
            return self.loader.construct_document(node)
        except ValueError as error:
            self.fail(node, f"{error}.", "Put the value in quotes.")

    def sequence(self, node: yaml.Node, hint: Any, where: str, extra: Mapping[str, Any]) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self.expected(node, where, "a list")
        return tuple(self.value(child, hint, f"{where}[{n}]", extra) for n, child in enumerate(node.value))

    def mapping(self, node: yaml.Node, hint: Any, where: str, extra: Mapping[str, Any]) -> dict[str, Any]:
        known = extra["keys"]() if "keys" in extra else None
        values = {}
        for key, child, inner in self.items(node, where):
            if (
                known is not None
                and key.value not in known
                and not re.fullmatch(extra["key_pattern"], key.value)
            ):
                self.unknown(key, extra["key_kind"], key.value, known, extra["key_help"])
            values[key.value] = self.value(child, hint, inner, {})
        return values

    def scalar(self, node: yaml.Node, hint: Any, where: str, extra: Mapping[str, Any]) -> Any:
        choices = choices_of(hint)
        what = _either(choices) if choices else extra.get("example", "a string")
        wrong = not isinstance(node, yaml.ScalarNode) or node.tag == _NULL
        if wrong or (choices and node.value not in choices):
            self.expected(node, where, what)
        if "pattern" in extra and not re.fullmatch(extra["pattern"], node.value):
            self.expected(node, where, what)
        if "keys" in extra:
            known = extra["keys"]()
            if node.value not in known and not re.fullmatch(extra["key_pattern"], node.value):
                self.unknown(node, extra["key_kind"], node.value, known, extra["key_help"])
        try:
            return _made(hint, node.value)
        except ValueError:
            self.expected(node, where, extra.get("example", "a whole number"))


def is_record(hint: Any) -> bool:
    """Whether a mapping with known keys is wanted."""
    return isinstance(hint, type) and issubclass(hint, Struct)


def choices_of(hint: Any) -> tuple[str, ...]:
    """What a string may be, for a Literal or an Enum of strings; nothing where it is free."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(member.value for member in hint) if isinstance(hint, type) and issubclass(hint, Enum) else ()


def _made(hint: Any, text: str) -> Any:
    """The scalar as what the hint says; ValueError when it is none."""
    if hint is int and not re.fullmatch(r"\d[\d_]*", text, re.ASCII):
        raise ValueError(text)
    if hint is date:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError(text)
        return date.fromisoformat(text)
    return hint(text) if isinstance(hint, type) else text


def _either(choices: tuple[str, ...]) -> str:
    *most, last = (f"`{choice}`" for choice in choices)
    return f"{', '.join(most)} or {last}"


def _found(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return "nothing" if node.tag == _NULL else f"`{redact(node.value)}`"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
