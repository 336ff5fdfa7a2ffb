"""Where records are kept: tables, keys, sessions, audit, backups, migrations."""
