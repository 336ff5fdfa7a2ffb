"""Numbered, linear revisions of the tables."""
