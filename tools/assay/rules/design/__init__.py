"""How new tables, columns and constraints are made."""
