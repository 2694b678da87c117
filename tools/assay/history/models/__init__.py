"""Model changes: what changed in the classes and tables that make the schema, as their source says.

`changes` judges two sets of source files, purely; `read_model_files` gets them from git.
"""

from assay.history.models.changes import ModelChange, changes
from assay.history.models.files import ModelFiles, read_model_files, unchanged_model_files
from assay.history.models.globs import glob_filter

__all__ = ["ModelChange", "ModelFiles", "changes", "glob_filter", "read_model_files", "unchanged_model_files"]
