"""Whether a revision can be taken back."""
