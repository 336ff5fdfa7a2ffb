"""The command line: one module per subcommand, each exposing COMMAND. No Qt in here.

arguments.py holds the table of subcommands, opening.py opens the record and prints answers.
"""
