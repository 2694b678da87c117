"""No connection leaves the process while the project's code runs: tests try to break that."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from assay.render.guard import ForeignConnectionError, Guard, no_connections

if TYPE_CHECKING:
    from .conftest import Workbench


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port on loopback, and who came."""
    server = socket.create_server(("127.0.0.1", 0))
    came: list[object] = []

    def accept() -> None:
        while True:
            try:
                peer, address = server.accept()
            except OSError:
                return
            came.append(address)
            peer.close()

    thread = threading.Thread(target=accept)
    thread.start()
    yield server.getsockname()[1], came
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


HOSTILE = {
    "engine": "sa.create_engine('postgresql+psycopg2://u:hunter2@127.0.0.1:{port}/d').connect()",
    "engine with a creator": (
        "import psycopg2; sa.create_engine('postgresql+psycopg2://', "
        "creator=lambda: psycopg2.connect(host='127.0.0.1', port={port})).connect()"
    ),
    "session": (
        "from sqlalchemy.orm import Session; "
        "Session(sa.create_engine('postgresql+psycopg2://u:hunter2@127.0.0.1:{port}/d')).execute(sa.text('SELECT 1'))"
    ),
    "psycopg2": "import psycopg2; psycopg2.connect(host='127.0.0.1', port={port})",
    "psycopg2, imported name": "from psycopg2 import connect; connect(host='127.0.0.1', port={port})",
    "psycopg2's C function": "from psycopg2._psycopg import _connect; _connect('host=127.0.0.1 port={port}')",
    "psycopg2's connection class": (
        "from psycopg2.extensions import connection; connection('host=127.0.0.1 port={port}')"
    ),
    "psycopg2's pool": (
        "from psycopg2.pool import SimpleConnectionPool; SimpleConnectionPool(1, 1, 'host=127.0.0.1 port={port}')"
    ),
    "a socket": "import socket; socket.create_connection(('127.0.0.1', {port}))",
    "asyncio": (
        "import asyncio; asyncio.run(asyncio.wait_for(asyncio.open_connection('127.0.0.1', {port}), 5))"
    ),
    "psql": "import subprocess; subprocess.run(['psql', '-h', '127.0.0.1', '-p', '{port}', '-c', 'SELECT 1'])",
    "psql through a shell": "import os; os.system('PGPASSWORD=x psql -h 127.0.0.1 -p {port} -c \"SELECT 1\"')",
    "psql through subprocess's shell": (
        "import subprocess; subprocess.run('true; psql -h 127.0.0.1 -p {port}', shell=True)"
    ),
    "sqlite file": "import sqlite3; sqlite3.connect('app.db')",
    "in a thread": (
        "import threading, psycopg2; t = threading.Thread(target=lambda: psycopg2.connect('host=127.0.0.1 port={port}'))"
        "; t.start(); t.join()"
    ),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("attempt", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("swallow", [False, True], ids=["", "swallowed"])
def test_a_connection_of_the_revisions_own_is_refused_before_it_is_made(
    workbench: Workbench, listener: tuple[int, list[object]], attempt: str, swallow: bool
) -> None:
    port, came = listener
    line = attempt.replace("{port}", str(port))
    body = f"def upgrade():\n    try:\n        {line}\n    except Exception:\n        {'pass' if swallow else 'raise'}\n"
    workbench.revision("r1", body + '    op.execute("SELECT 1")\n\ndef downgrade():\n    pass\n')
    rendering = workbench.render()
    assert came == []
    assert [at for _, at in rendering.rendered["r1", "upgrade"].refused] == [10]
    assert rendering.rendered["r1", "downgrade"].refused == ()
    assert not (workbench.folder / "app.db").exists()
    assert "hunter2" not in repr(rendering)


HARMLESS = {
    "sqlite in memory": "import sqlite3\nsqlite3.connect(':memory:').close()",
    "another program": "import subprocess\nsubprocess.run(['true'], check=True)",
    "an engine that is never used": "sa.create_engine('postgresql+psycopg2://')",
    "the word psql in an argument": "import subprocess\nsubprocess.run(['echo', 'psql'], check=True, capture_output=True)",
}


@pytest.mark.parametrize("code", HARMLESS.values(), ids=HARMLESS)
def test_what_reaches_no_database_is_let_through(workbench: Workbench, code: str) -> None:
    body = "\n".join(f"    {line}" for line in code.split("\n"))
    workbench.revision("r1", f"def upgrade():\n{body}\n\ndef downgrade():\n    pass\n")
    rendered = workbench.render().rendered["r1", "upgrade"]
    assert (rendered.failure, rendered.refused) == (None, ())


def test_after_the_block_connections_work_again(listener: tuple[int, list[object]]) -> None:
    import psycopg2

    with no_connections():
        pass
    with socket.create_connection(("127.0.0.1", listener[0])):
        pass
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(host="127.0.0.1", port=listener[0], connect_timeout=5)
    subprocess.run(["true"], check=True)


def test_the_refusal_never_names_the_target() -> None:
    import psycopg2

    with no_connections() as guard, pytest.raises(ForeignConnectionError) as caught:
        psycopg2.connect("host=db.internal password=hunter2")
    assert "hunter2" not in str(caught.value) + repr(guard.attempts)
    assert "db.internal" not in str(caught.value) + repr(guard.attempts)


def test_code_that_tries_for_ever_is_ended(workbench: Workbench) -> None:
    body = (
        "import psycopg2\ndef upgrade():\n    while True:\n        try:\n"
        "            psycopg2.connect('host=127.0.0.1')\n        except Exception:\n            pass\n"
    )
    workbench.revision("r1", body + "\n\ndef downgrade():\n    pass\n")
    failure = workbench.render().rendered["r1", "upgrade"].failure
    assert failure is not None
    assert (failure.kind, failure.line) == ("PersistentConnectionError", 12)


def test_pg8000_is_told_of_the_socket_in_its_own_words() -> None:
    guard = Guard({"host": "/run/scratch", "port": "5432", "user": "u", "dbname": "d"})
    assert guard.parameters("pg8000") == {
        "host": "/run/scratch",
        "port": 5432,
        "user": "u",
        "database": "d",
        "unix_sock": "/run/scratch/.s.PGSQL.5432",
    }
