"""A synthetic practice that looks like life and is marked as synthetic."""
