"""A live database's URL: what is refused before libpq can tell it, and what no error tells."""

from __future__ import annotations

import pytest
from assay.database import connect, reason, with_password
from assay.errors import EnvironmentFailedError, UsageError

AMBIGUOUS = {
    "a second @": "postgresql://u:pa@S3cretTail@db.invalid/x",
    "@ and a slash": "postgresql://u:pa@S3cretTail/more@db.invalid:5432/x",
    "@, a comma and a slash": "postgresql://u:pa@S3cret,Tail/x@db.invalid/x",
    "@ and a question mark": "postgresql://u:pa@S3cretTail?x=y@db.invalid/x",
    "a slash": "postgresql://u:S3cretTail/x@db.invalid/x",
    "a question mark": "postgresql://u:S3cretTail?x@db.invalid/x",
    "a slash in the user": "postgresql://S3cretTail/x@db.invalid/x",
}


@pytest.mark.parametrize("url", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_a_url_that_libpq_reads_otherwise_than_meant_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="special character in its user or password") as caught:
        connect(url)
    assert "S3cret" not in f"{caught.value}{caught.value.__cause__}"


def test_an_unreachable_server_is_told_without_the_password() -> None:
    with pytest.raises(EnvironmentFailedError, match="cannot be reached") as caught:
        connect("postgresql+psycopg2://u:S3cret%40Tail@db.invalid/x")
    assert "S3cret" not in str(caught.value)


@pytest.mark.parametrize("said", ["pa%40ss", "pa@ss"], ids=["as it stands", "decoded"])
def test_what_a_server_says_is_without_the_password(said: str) -> None:
    assert reason(RuntimeError(f"no {said}\nhere."), "postgresql://u:pa%40ss@h/x") == "no *** here"


PASSWORDS = {
    "none yet": ("postgresql://app@db.example/x", "postgresql://app:p%40s%2Fs@db.example/x"),
    "one": ("postgresql://app:old@db.example:5433/x?a=b", "postgresql://app:p%40s%2Fs@db.example:5433/x?a=b"),
    "a socket": (
        "postgresql+psycopg2://app@/x?host=/run",
        "postgresql+psycopg2://app:p%40s%2Fs@/x?host=/run",
    ),
    "no path": ("postgresql://app@db.example", "postgresql://app:p%40s%2Fs@db.example"),
}


@pytest.mark.parametrize(("url", "expected"), PASSWORDS.values(), ids=PASSWORDS)
def test_a_password_takes_its_place_in_a_url(url: str, expected: str) -> None:
    assert with_password(url, "p@s/s") == expected
