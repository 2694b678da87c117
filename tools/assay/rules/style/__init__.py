"""What sqlfluff and its suppressions say; sqlfluff documents its own rules."""
