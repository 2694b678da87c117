"""Promote: exactly the reviewed SQL, exactly once, and never stuck.

Neither Alembic nor SQLAlchemy nor the project is behind this door: the job that holds the credentials needs
none of them.
"""
