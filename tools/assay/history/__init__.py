"""History: which revisions there are, which are new, and whether the graph they make is sound.

Nothing here imports a revision, Alembic or SQLAlchemy: files are read with `ast`, git is the executable.

    project = find_project(Path.cwd())
    history = read_history(project, Selection(base="origin/main"))
    findings = judge(history, project)
"""

from assay.history.git import Git
from assay.history.graph import Graph
from assay.history.judge import judge
from assay.history.model import Base, Change, Changes, Duplicate, History, Observed, Problem, Selection
from assay.history.names import resolve
from assay.history.project import Project, find_project
from assay.history.read import read_history
from assay.history.unread import line_of_locations

__all__ = [
    "Base",
    "Change",
    "Changes",
    "Duplicate",
    "Git",
    "Graph",
    "History",
    "Observed",
    "Problem",
    "Project",
    "Selection",
    "find_project",
    "judge",
    "line_of_locations",
    "read_history",
    "resolve",
]
