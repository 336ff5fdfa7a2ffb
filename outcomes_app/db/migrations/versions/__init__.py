"""The numbered steps from an empty store to today's tables, in one line without branches."""
