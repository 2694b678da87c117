"""Makes a plan's checksums, and writes and reads the folder it is kept in.

plan.json   the plan, in the one form that has its checksum: one byte changed is refused
plan.sql    the same for people, and for psql
seal.json   who made it and when, with a checksum over that
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from assay.errors import UsageError
from assay.model import Direction
from assay.promote.model import FORMAT_VERSION, Plan, Seal
from assay.promote.script import as_sql
from assay.promote.validate import complaint

PLAN, SQL, SEAL = "plan.json", "plan.sql", "seal.json"

READ_BYTES = 64 * 1024**2
"""The largest plan that is read: the schema of 300 tables takes about one of them."""

REMEDY = "Make the plan anew: `assay plan`."

T = TypeVar("T")


class _Version(msgspec.Struct):
    version: int


class _Sealed(msgspec.Struct):
    seal: Seal
    checksum: str
    """SHA-256 over the JSON of the seal."""


def canonical(plan: Plan) -> bytes:
    """The bytes of plan.json."""
    return msgspec.json.format(msgspec.json.encode(plan, order="deterministic"), indent=1) + b"\n"


def checksummed(plan: Plan) -> Plan:
    """The plan with its checksum."""
    bare = msgspec.structs.replace(plan, checksum="")
    return msgspec.structs.replace(bare, checksum=hashlib.sha256(canonical(bare)).hexdigest())


def sql_checksum(direction: Direction, segments: Sequence[Sequence[str]]) -> str:
    """Of one revision: SHA-256 over the JSON of its direction and its statements, segment by segment."""
    return hashlib.sha256(msgspec.json.encode([direction, segments])).hexdigest()


def write_plan(folder: Path, plan: Plan, seal: Seal) -> None:
    """Write the three files into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PLAN).write_bytes(canonical(plan))
    (folder / SQL).write_text(as_sql(plan), encoding="utf-8", newline="\n")
    (folder / SEAL).write_bytes(_sealed(seal))


def read_plan(folder: Path) -> tuple[Plan, Seal]:
    """The plan in a folder that anybody may have written: all three files, and each as the others say.

    Raises UsageError, a sentence that says what is wrong.
    """
    plan = load_plan(_bytes(folder / PLAN))
    if _bytes(folder / SQL) != as_sql(plan).encode():
        raise UsageError(f"{SQL} is not the SQL of {PLAN}: one of them was changed.", REMEDY)
    data = _bytes(folder / SEAL)
    seal = _decoded(data, _Sealed, SEAL).seal
    if _sealed(seal) != data:
        raise UsageError(f"{SEAL} does not have the checksum that it states: it was changed.", REMEDY)
    if seal.checksum != plan.checksum:
        raise UsageError(f"{SEAL} belongs to another plan ({seal.checksum[:12]}).", REMEDY)
    if seal.created.tzinfo is None:
        raise UsageError(f"{SEAL} tells a time without its offset from UTC.", REMEDY)
    return plan, seal


def load_plan(data: bytes) -> Plan:
    """The plan in the bytes of a plan.json. Raises UsageError."""
    version = _decoded(data, _Version, PLAN).version
    if version != FORMAT_VERSION:
        raise UsageError(
            f"{PLAN} is of version {version}; this Assay runs plans of version {FORMAT_VERSION}.",
            "Apply it with the version of Assay that made it, or make it anew.",
        )
    plan = _decoded(data, Plan, PLAN)
    if checksummed(plan).checksum != plan.checksum or canonical(plan) != data:
        raise UsageError(f"{PLAN} does not have the checksum that it states: it was changed.", REMEDY)
    wrong = complaint(plan)
    if wrong is not None:
        raise UsageError(f"{PLAN} contradicts itself: {wrong}.", REMEDY)
    return plan


def _sealed(seal: Seal) -> bytes:
    document = _Sealed(seal, hashlib.sha256(msgspec.json.encode(seal)).hexdigest())
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _decoded(data: bytes, shape: type[T], name: str) -> T:
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{name} is none that `assay plan` writes ({error}).", REMEDY) from None


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(READ_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}.", "Give the folder that `assay plan` wrote."
        ) from error
    if len(data) > READ_BYTES:
        raise UsageError(f"{file} is larger than {READ_BYTES:,} bytes.", REMEDY)
    return data
