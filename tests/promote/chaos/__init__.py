"""Promotions that are disturbed in every way, and come to the same end (`make chaos`)."""
