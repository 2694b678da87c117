"""What the release that is running cannot live with."""
