"""Interval: treatments with botulinum toxin and what patients report afterwards, in one record."""

__version__ = "0.1.0"
