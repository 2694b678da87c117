"""Assay proves every Alembic revision on a real PostgreSQL before it is committed."""

__version__ = "0.1.0"
