"""The embedded default: log and store in SQLite files, shared by several processes of one machine."""
