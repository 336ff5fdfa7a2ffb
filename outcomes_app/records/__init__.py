"""Every question and every deed: takes a Session first, returns domain values."""
