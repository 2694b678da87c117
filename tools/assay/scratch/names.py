"""What our databases on a scratch server are called, and whose they are.

A run is a random number. While it lives, its session holds an advisory lock of that number, which the
server gives back however the run ends: a database whose run holds none is a left-over.
"""

from __future__ import annotations

import hashlib
import re
import secrets

LOCK_CLASS = 0x_A55A_1
"""The first half of our advisory locks' keys; the second one is the run."""
OURS = "^assay_(scratch|template)_[0-9a-f]"
"""A regular expression of PostgreSQL's: the databases that we may drop."""
_SCRATCH = re.compile(r"assay_scratch_([0-9a-f]{8})_\d+")


def new_run() -> int:
    """A run's number; it fits PostgreSQL's integer."""
    return secrets.randbits(31)


def scratch_name(run: int, number: int) -> str:
    """The name of a run's database."""
    return f"assay_scratch_{run:08x}_{number}"


def spare_name(oid: int) -> str:
    """The name of a database, by its OID, while it is kept to be used again."""
    return f"assay_spare_{oid}"


def run_of(database: str) -> int | None:
    """The run that made a throwaway database; None for any other."""
    match = _SCRATCH.fullmatch(database)
    return int(match.group(1), 16) if match else None


def template_name(key: str) -> str:
    """The name of the template for `key`, whatever that is made of."""
    return f"assay_template_{hashlib.sha256(key.encode()).hexdigest()[:40]}"
