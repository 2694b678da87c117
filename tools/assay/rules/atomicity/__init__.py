"""Whether a revision runs as one piece, and at all."""
