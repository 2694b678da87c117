"""Assay and what it replaces, measured side by side as whole processes: `make bench`."""
