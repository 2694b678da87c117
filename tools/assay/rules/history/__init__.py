"""Soundness of the revision graph, judged without importing a revision."""
