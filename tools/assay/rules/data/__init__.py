"""What loses or changes rows."""
