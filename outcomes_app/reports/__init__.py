"""Documents and reports made from courses."""
