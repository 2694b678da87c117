"""Plan: the revisions between where an environment stands and where it is to be, as the SQL that will run.

    asked = Asked("staging", ("021",), ("heads",), "upgrade")
    hops = route(wanted, asked)
    plan = make(wanted, asked, hops, Scratch(databases, name))

The revisions are rendered offline; the SQL runs on a scratch database in the state that the environment is
in, and so do the revisions themselves, as Alembic runs them: where the two differ there is no plan.
"""

from __future__ import annotations

from assay.plan.make import Scratch, make
from assay.plan.route import Asked, Hop, route
from assay.plan.text import lines, markdown

__all__ = ["Asked", "Hop", "Scratch", "lines", "make", "markdown", "route"]
