"""How the revision file itself is made."""
