"""Private PostgreSQL servers: unix socket only, started when needed, stopped when the last user leaves.

`Cluster` is one server in one folder; `development_url` is the persistent database of a project. Nothing
heavy is imported until a server is asked for, and then neither SQLAlchemy nor Alembic.

By hand: `python -m assay.scratch run | psql | status | stop`.
"""

from assay.scratch.binaries import Binaries, find_binaries
from assay.scratch.choice import Choice, ScratchServer, scratch_servers
from assay.scratch.cluster import Cluster
from assay.scratch.databases import Databases
from assay.scratch.development import cache_folder, development_cluster, development_url
from assay.scratch.server import LocalServer, Server

__all__ = [
    "Binaries",
    "Choice",
    "Cluster",
    "Databases",
    "LocalServer",
    "ScratchServer",
    "Server",
    "cache_folder",
    "development_cluster",
    "development_url",
    "find_binaries",
    "scratch_servers",
]
