"""The command line: one module per subcommand. No Qt in here."""
