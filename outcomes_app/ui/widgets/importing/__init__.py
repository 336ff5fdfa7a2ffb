"""The steps of the Import page, one module for each."""
