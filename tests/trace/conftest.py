"""The rules' laboratory serves here too: revisions in, effects out, on two real servers."""

from tests.rules.conftest import database_server, lab

__all__ = ["database_server", "lab"]
