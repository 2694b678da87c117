from __future__ import annotations

import subprocess
import sys

import pytest
from assay.style._profiles import is_off

LIST = """
from sqlfluff.core import Linter
for rule in Linter(dialect="postgres").rule_tuples():
    print(rule.code, *rule.groups)
"""

WRITTEN_OFF = {"CV06", "LT12", "LT13"}

GENERATED_ON = {
    *("AL04", "AL08", "AM01", "AM03", "AM06", "AM07", "AM08", "AM09", "CV05", "CV09"),
    *("PG01", "PG02", "RF01", "RF02", "RF04", "RF05", "RF07"),
}
"""PG01 and PG02 are sqlfluff's own lock rules; they speak only where the user turned them on."""


@pytest.fixture(scope="module")
def known() -> dict[str, list[str]]:
    lines = subprocess.run([sys.executable, "-c", LIST], check=True, capture_output=True, text=True).stdout
    return {code: groups for code, *groups in (line.split() for line in lines.splitlines())}


def test_which_rules_of_sqlfluff_are_about_meaning_and_naming(known: dict[str, list[str]]) -> None:
    """A new sqlfluff with a new rule fails here: look at it, and put it on a side."""
    assert {code for code, groups in known.items() if not is_off("generated", code, groups)} == GENERATED_ON


def test_what_written_sql_cannot_break(known: dict[str, list[str]]) -> None:
    assert {code for code, groups in known.items() if is_off("written", code, groups)} == WRITTEN_OFF


def test_a_plugins_rule_counts_unless_it_is_about_looks() -> None:
    assert not is_off("generated", "Acme_N001", ("all", "naming"))
    assert is_off("generated", "Acme_L001", ("all", "layout"))
