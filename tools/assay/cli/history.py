"""`assay history`: is the revision graph sound, and what in it is new?"""

from __future__ import annotations

import click

from assay.cli._options import Options, revision_options
from assay.errors import ExitCode


@click.command()
@revision_options
def command(options: Options) -> ExitCode:
    """Judge the revision graph: heads, parents, ids, file names, and edits of what has landed.

    No revision is imported; 1,000 of them take a fraction of a second.
    """
    from assay.cli._session import Session

    session = Session("history", options)
    return session.finish(session.judge_history(), ("history",), rendered=False)
