"""No secret leaves the machine, whatever it is made of and wherever it stands."""

from __future__ import annotations

import shlex

import pytest
from assay.redact import redact, redact_command, redact_source, redact_values
from hypothesis import example, given, settings
from hypothesis import strategies as st

EXAMPLES = {
    "url": ("postgresql://u:p@ss/w:o@host/db is down", "postgresql://***@host/db is down"),
    "driver": ("postgresql+psycopg2://u:x@h", "postgresql+psycopg2://***@h"),
    "token in a url": ("at https://tok@example.org/x", "at https://***@example.org/x"),
    "url without": ("at https://example.org/x@2", "at https://***@2"),
    "plain url": ("see https://example.org/x.", "see https://example.org/x."),
    "keyword": ("host=a password='it\\'s me' user=x", "host=a password=*** user=x"),
    "bare keyword": ("host=a password=a,b user=x", "host=a password=*** user=x"),
    "dictionary": ("{'password': 'x y', 'user': 'y'}", "{'password': ***, 'user': 'y'}"),
    "tuple": ("('password', 'zzz')", "('password', ***)"),
    "variable": ("PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"),
    "option": ("--password 'a b' -x", "--password *** -x"),
    "option with =": ("--db-password=abc -x", "--db-password=*** -x"),
    "header": ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
    "quoted twice": ("'host=x password=\\'a b\\' port=5'", "'host=x password=*** port=5'"),
    "query": ("postgres://h/db?password=abc&x=1", "postgres://h/db?password=***"),
    "words": ("password authentication failed for user", "password authentication failed for user"),
    "mail": ("mail a@b.c", "mail a@b.c"),
}


@pytest.mark.parametrize(("text", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_redact(text: str, expected: str) -> None:
    assert redact(text) == expected


SOURCE = {
    "url": ('e = create_engine("postgresql://u:hunter2@h/x")', 'e = create_engine("postgresql://***@h/x")'),
    "percent-encoded": ('URL = "mysql://u:hun%40ter%2F2@h/x"', 'URL = "mysql://***@h/x"'),
    "keyword": ("connect(password='hunter 2', port=1)", "connect(password='***', port=1)"),
    "assignment": ('DB_PASSWORD = f"hunter2{x}"', 'DB_PASSWORD = f"***"'),
    "item": ('os.environ["PGPASSWORD"] = "hunter2"', 'os.environ["PGPASSWORD"] = "***"'),
    "dictionary": ('{"password": "hunter2", "a": "b"}', '{"password": "***", "a": "b"}'),
    "connection string": ('"host=h password=hunter2 port=1"', '"host=h password=*** port=1"'),
    "open string": ('PASSWORD = """hunter2', 'PASSWORD = """***"""'),
    "escaped quote": (r"password='a\'hunter2'", "password='***'"),
    "column": ('sa.Column("password", sa.String)', 'sa.Column("password", sa.String)'),
    "columns": ('["password", "email"]', '["password", "email"]'),
    "mapped": ("password: Mapped[str] = column()", "password: Mapped[str] = column()"),
}


@pytest.mark.parametrize(("line", "expected"), SOURCE.values(), ids=SOURCE)
def test_redact_source(line: str, expected: str) -> None:
    assert redact_source(line) == expected


SECRETS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20).map(
    "s3cr:{}t".format
)
TEMPLATES = (
    "could not connect to postgresql://user:{}@host:5432/db",
    "https://user:{}@example.org/path",
    "host=localhost password={} port=5432",
    "PGPASSWORD={} psql",
    "'api_key': {}",
    "--token {} --verbose",
)


@settings(deadline=None)
@given(SECRETS, st.sampled_from(TEMPLATES), st.text(max_size=20), st.text(max_size=20))
@example("s3cr@/t't", TEMPLATES[0], "", "")
def test_a_secret_never_leaks(secret: str, template: str, before: str, after: str) -> None:
    if secret.startswith(("'", '"', "\\")):
        secret = f"x{secret}"
    assert secret not in redact(f"{before}\n{template.format(secret)}\n{after}")


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20).map("s3cr {}t".format))
def test_a_quoted_secret_never_leaks(secret: str) -> None:
    escaped = secret.replace("\\", "\\\\").replace("'", "\\'")
    assert escaped not in redact(f"host=a password='{escaped}' user=b")
    assert repr(secret)[1:-1] not in redact(repr({"password": secret, "user": "b"}))
    command = redact_command(["assay", "--password", secret, f"--url=postgresql://u:{secret}@h/d"])
    assert not any(part in command for part in (secret, shlex.quote(secret), shlex.quote(secret)[1:-1]))


def test_values_of_secret_variables() -> None:
    environment = {"DB_PASSWORD": "hunter2", "API_TOKEN": "abcd", "HOME": "/home/me", "PGPASSWORD": "x"}
    text = redact_values("hunter2 abcd /home/me x", environment)
    assert text == "*** *** /home/me x"


def test_long_text_takes_linear_time() -> None:
    redact("a" * 200_000)
    redact("a-" * 100_000)
    redact("password" * 20_000)
